#!/usr/bin/env bash
# install_test.sh SOTTO SOURCE BUILD COMPILER: `cmake --install` into a new folder, which is moved.
# With source and build hidden, what was installed transcribes the sample, and the example of
# docs/examples/transcribe is built against it and does the same. Hiding needs root and mount
# namespaces; without them the same is done beside source and build.
sotto=$1 source=$2 build=$3 compiler=$4
. "$(dirname "$0")/expect.sh"
unset DESTDIR CMAKE_PREFIX_PATH
export OMP_WAIT_POLICY=PASSIVE
cd "$folder" || exit 1

cmake --install "$build" --prefix "$folder/staged" >log || { cat log; exit 1; }
mv staged prefix
sotto=$folder/prefix/bin/sotto
cp -r "$source/docs/examples/transcribe" example

# Nothing that is looked up lies in the source or the build.
for file in "$sotto" prefix/lib/cmake/sotto/* prefix/lib/sotto/libsotto_sentencepiece.so \
    prefix/lib/sotto/libsotto_icu.so prefix/lib/sotto/libsotto_faces*.so; do
  grep -qF -e "$source" -e "$build" "$file" && fault "$file names the source or the build"
done
for file in "$sotto" prefix/lib/sotto/*.so; do
  readelf -d "$file" | grep -E 'R(UN)?PATH' | grep -F -e "$source" -e "$build" &&
    fault "$file: path"
done
mv prefix/share/sotto/pretrained kept
expect 1 '' '^sotto: grid-av: the model that is shipped was not found beside the program;' \
  transcribe prefix/share/sotto/sample.mp4
mv kept prefix/share/sotto/pretrained

# hidden COMMAND...: where source and build are empty folders.
hidden() {
  unshare -m bash -c 'mount -t tmpfs none "$1" &&
    { [ ! -d "$2" ] || mount -t tmpfs none "$2"; } && shift 2 && "$@"' hidden \
    "$source" "$build" "$@"
}
if [ "$(id -u)" -ne 0 ] || ! hidden test ! -e "$source/CMakeLists.txt" 2>log; then
  echo "source and build are not hidden: not root, or no mount namespaces"
  hidden() { "$@"; }
fi

# said COMMAND...: transcribes the sample, where hidden.
said() {
  hidden "$@" prefix/share/sotto/sample.mp4 >said 2>log || fault "$*: $(cat log)"
  cmp said prefix/share/sotto/sample.txt || fault "$* said: $(cat said log)"
}
said "$sotto" transcribe
said "$sotto" transcribe --modality v
printf 'a b c d\nb c d a\n' >text
hidden "$sotto" tokenizer train text --size 9 --out pieces 2>log || fault "tokenizer: $(cat log)"

hidden cmake -G Ninja -S example -B built -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_PREFIX_PATH="$folder/prefix" >log 2>&1 && hidden cmake --build built >>log 2>&1 ||
  { cat log; fault "the example was not built"; finish; exit 1; }
said built/transcribe prefix/share/sotto/pretrained/grid-av.safetensors
[ -s log ] && fault "the example did without something: $(cat log)"
finish

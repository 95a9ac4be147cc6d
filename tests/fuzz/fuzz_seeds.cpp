// fuzz_seeds FOLDER [CHECKPOINT...]: small inputs for every fuzzer, in folders of their names.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>

#include "common/error.h"
#include "common/files.h"
#include "common/safetensors.h"
#include "experiments/peers/zip_directory.h"
#include "tests/decoding/small_arpa.h"
#include "tests/experiments/checkpoint_builder.h"
#include "tests/fuzz/every_option.h"

namespace sotto::experiments {
namespace {

void write_pickles(const std::string& folder) {
  const std::string state = dict({{"model.a", three_floats()}, {"model.b", three_floats("1")}});
  const std::string call = "cposix\nsystem\n(" + pickled("true") + "tR";
  write_file(folder + "/flat", whole_pickle(state));
  write_file(folder + "/lightning", whole_pickle(dict({{"epoch", "K\3"}, {"state_dict", state}})));
  write_file(folder + "/call", whole_pickle(dict({{"a", call}, {"b", three_floats()}})));
  const std::string view = tensor(storage("0", 16), 1, {2, 3, 2}, {4, 0, 1});
  write_file(folder + "/view", whole_pickle("}" + pickled("w") + view + "q\1s"));
  write_file(
      folder + "/object",
      whole_pickle(
          "cargparse\nNamespace\n)\x81}b0](NNGabcdefghM\1\2J\1\2\3\4U\1aet\x89\x88\x85\x87."));
}

void write_containers(const std::string& folder) {
  const std::string three = raw<float>({1, 2, 3});
  const std::string object = whole_pickle(dict({{"w", three_floats()}}));
  const Files files = {{"x/data.pkl", object}, {"x/byteorder", "little"}, {"x/data/0", three}};
  write_file(folder + "/zip", zip_of(files));
  write_file(folder + "/zip64", zip_of(files, 0));
  std::string view = storage("7", 3);
  view.replace(view.size() - 2, 2, "NtQ");
  write_file(
      folder + "/legacy",
      unhex("80028a0a6cfc9c46f9206aa850192e80024de9032e") +
          whole_pickle("}" + pickled("little_endian") + "\x88s") +
          whole_pickle(dict({{"w", tensor(view, 0, {3}, {1})}})) +
          whole_pickle("]" + pickled("7") + "a") + number<int64_t>(3) + three);
}

/// The pickle alone: the storages say nothing to a fuzzer.
void write_pickle_of(const std::string& checkpoint, const std::string& path) {
  const MappedFile file(checkpoint);
  try {
    const ZipDirectory zip(file.data(), file.size(), checkpoint);
    for (const ZipEntry& entry : zip.entries()) {
      if (entry.name.substr(entry.name.find('/') + 1) == "data.pkl") {
        write_file(path, {reinterpret_cast<const char*>(entry.data), entry.bytes});
      }
    }
  } catch (const CheckpointError&) {  // the format before zip
  }
}

void write_safetensors_seeds(const std::string& folder) {
  const uint8_t bytes[16] = {};
  write_safetensors(
      folder + "/two",
      {{"a", {"F32", {2, 2}, bytes, 16}}, {"b", {"U8", {3}, bytes, 3}}},
      {{"format", "pt"}});
  write_safetensors(folder + "/none", {{"c", {"I64", {0, 4}, nullptr, 0}}}, {});
}

void write_yaml_seeds(const std::string& folder) {
  EveryOption options;
  write_file(folder + "/defaults", write_yaml(options));
  options.stages.resize(2);
  options.encoder = {"deep", std::make_shared<InnerOptions>()};
  using namespace std::string_literals;
  write_file(
      folder + "/all", write_yaml(options) + "\0stages.1.depth=4\nrate=nan\nsizes=[3, 4]\n"s);
}

/// The first letter says which reader it is for.
void write_transcript_seeds(const std::string& folder) {
  write_file(
      folder + "/ctm",
      "c;; x\na 1 0.5 0.25 one 0.5\na 2 1 0 NA NA\na 1 2 1 \xe4\xbd\xa0\xe5\xa5\xbd\n");
  write_file(
      folder + "/json",
      R"(j{"version": 1, "clips": [{"id": "a", "path": "x/a", "modality": "av", "text": "one",)"
      R"( "duration": 3, "channel": "2", "words": [{"word": "one", "start": 0.5, "end": 1,)"
      R"( "confidence": 0.5}, {"word": "two", "start": 1, "end": 2, "confidence": null}]}]})");
  write_file(folder + "/trn", "t;; x\none two (s1-a)\n(s1_b)\n");
  write_file(folder + "/lines", "la\tone two\nb\t\n");
}

void write_units_seeds(const std::string& folder) {
  write_file(folder + "/letters", "a 1\nb 2\n\xe4\xbd\xa0 3\n");
  write_file(folder + "/windows", "\xef\xbb\xbf<unk> 1\r\n\x13 2\r\n\xe2\x96\x81the 3\r\n");
}

void write_label_seeds(const std::string& folder) {
  write_file(
      folder + "/lrs",
      "Text:  A B C\nConf:  4\n\nWORD START END ASDSCORE\nA 0.1 0.5 1\nB 2 5 1\nC 6 6.2 1\n");
  write_file(folder + "/csv", "media,text\na,\"b \"\"c\"\", \r\n d\"\n\"x\n");
}

}  // namespace
}  // namespace sotto::experiments

int main(int count, char** arguments) {
  using namespace sotto::experiments;
  if (count < 2) {
    std::fputs("Usage: fuzz_seeds FOLDER [CHECKPOINT...]\n", stderr);
    return 2;
  }
  try {
    const std::string folder = arguments[1];
    for (const char* name :
         {"/arpa", "/checkpoint", "/labels", "/safetensors", "/transcripts", "/yaml", "/units"}) {
      std::filesystem::create_directories(folder + name);
    }
    write_pickles(folder + "/checkpoint");
    write_containers(folder + "/checkpoint");
    for (int i = 2; i < count; ++i) {
      write_pickle_of(arguments[i], folder + "/checkpoint/file" + std::to_string(i));
    }
    write_safetensors_seeds(folder + "/safetensors");
    write_yaml_seeds(folder + "/yaml");
    write_transcript_seeds(folder + "/transcripts");
    write_units_seeds(folder + "/units");
    write_label_seeds(folder + "/labels");
    write_file(folder + "/arpa/small", sotto::tests::kSmallArpa);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 1;
  }
  return 0;
}

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sotto::tools {

/// What every command carries from the command line to the core.
struct Request {
  int64_t threads = 0;  ///< threads to compute with; 0: as many as the process may use
  /// Folders that hold what is shipped with the program (`pretrained/`, `recipes/`), looked
  /// through in this order; see shared_files.h.
  std::vector<std::string> shared_folders;
};

/// `sotto prepare CORPUS --root DIR --out STORE`
struct PrepareRequest : Request {
  std::string corpus;         ///< name in the registry of corpora: "grid", "lrs3", "folder"
  std::string root;           ///< where the corpus lies
  std::string out;            ///< the store; the same command continues it
  int64_t jobs = 0;           ///< clips worked on at once; 0: as many as the process may use
  std::string face = "speaking";  ///< of several: speaking, largest, left, right, all or a number
  std::vector<std::string> crops;  ///< further squares around the mouth, NAME:SIDE[:PIXELS]
  bool colour = false;             ///< crops in RGB
  std::string landmarks;           ///< folder of landmark files; empty: faces are found
  std::string shard;               ///< K/N; empty: what the cluster's launcher says, or all
  bool merge = false;              ///< put the parts of `out` together; the corpus is not needed
  std::string inspect;             ///< a clip to draw to the picture `out`; empty: none
  std::optional<double> longest_s;    ///< seconds of a clip
  std::optional<double> clip_time_s;  ///< seconds of work for a clip
  std::optional<double> least_kept;   ///< share of the clips below which the exit code is 1
  std::vector<std::string> overrides;  ///< key=value of the corpus' own options
};

/// `sotto pack STORE --out DIR`
struct PackRequest : Request {
  std::string store;
  std::string out;
  std::string list;          ///< file with one utterance id a line; empty: the whole store
  int64_t shard_mib = 1024;  ///< size of a shard
  int64_t jobs = 0;          ///< clips decoded at once; 0: as many as the process may use
};

/// `sotto doctor STORE [--model M]`
struct DoctorRequest : Request {
  std::string store;
  std::string model;    ///< path, or the name of a model that is shipped; empty: none
  std::string json;     ///< where the findings go as JSON; empty: nowhere
  int64_t clips = 200;  ///< opened at most
};

/// `sotto train RECIPE [key=value ...] --out RUN [--resume]`
struct TrainRequest : Request {
  std::string recipe;                  ///< path, or the name of a recipe that is shipped
  std::vector<std::string> overrides;  ///< key.sub=value, in order
  std::string out;
  bool resume = false;
  std::vector<std::string> redo;  ///< steps of an experiment that are to be done again
  std::string beside;           ///< folder beside which relative paths lie; empty: the recipe's
  std::string device = "auto";  ///< auto, cpu, cuda or cuda:N
  int64_t processes = 1;        ///< on this machine, unless a launcher started several
};

/// What the search can be told. An empty value: the model file's own default.
struct SearchRequest {
  std::string method;                    ///< beam, greedy, ctc_prefix or rescoring
  std::optional<int64_t> beam;           ///< hypotheses kept, 1 or more
  std::optional<double> ctc_weight;      ///< share of CTC in the joint score, 0 to 1
  std::optional<double> reverse_weight;  ///< of the reversed decoder when rescoring, 0 to 1
  std::optional<double> lm_weight;       ///< of the language model
  std::optional<double> length_bonus;    ///< for each token
};

/// A model tried on the clips of a store, in several conditions.
struct StoreRequest : Request {
  std::string model;
  std::string store;
  std::vector<std::string> modalities;  ///< each of a, v, av
  std::vector<double> snr_db;           ///< noise levels beside the clean sound
  std::string noise;       ///< sound file mixed in at snr_db; empty: babble of other utterances
  std::string noise_list;  ///< file with the ids whose voices make babble; empty: all others
  std::string list;        ///< file with one utterance id a line; empty: the whole store
  int64_t seed = 0;        ///< of the noise
  SearchRequest search;
};

/// `sotto evaluate MODEL STORE`
struct EvaluateRequest : StoreRequest {
  std::string json;            ///< where the report goes as JSON; empty: nowhere
  std::string language_model;  ///< path; empty: none
  std::string noise_manifest;  ///< file of every clip's noise, made if missing; empty: none
  std::string plot;            ///< where the picture of rates against ratios goes; empty: nowhere
  std::string trn;             ///< folder for the texts as sclite reads them; empty: none
  std::string against;         ///< a second model on the same noise; empty: none
  std::string unit = "auto";   ///< words, characters, or what the text rules say
  std::string costs = "uniform";   ///< uniform or sclite
  std::string resample = "clip";   ///< clip or talker
  std::vector<std::string> by;     ///< of talker, length, confusion: further tables
  int64_t repetitions = 1;         ///< draws of noise
  bool swapped = false;     ///< each clip is read with the lips and sound of another
  bool by_slot = false;     ///< also the share of right words at each position of the sentence
  bool times = false;       ///< also word times against the store's
  bool confidence = false;  ///< also how far the words' confidences can be believed
  std::string precision = "fp32";  ///< of precision_names()
};

/// Clips and what is made of each of them.
struct ClipsRequest : Request {
  std::vector<std::string> inputs;
  std::string model;  ///< path, or the name of a model that is shipped; empty: the default
  std::string modality = "auto";   ///< auto, a, v or av
  std::string format;              ///< text, json, srt, vtt, ctm or textgrid
  std::string out;                 ///< folder for one file a clip; empty: standard output
  std::string face = "speaking";   ///< of several: speaking, largest, left, right or a number
  std::optional<double> window_s;  ///< of a long clip; none: what the model was trained on
  std::string precision = "fp32";  ///< of precision_names()
};

/// `sotto transcribe INPUT...`
struct TranscribeRequest : ClipsRequest {
  int64_t nbest = 1;              ///< hypotheses listed in JSON
  std::string language_model;     ///< path; empty: none
  bool settings = false;          ///< say how it is searched
  std::string noise;              ///< sound file mixed in at snr_db; empty: none
  std::optional<double> snr_db;
  int64_t seed = 0;  ///< where in the noise file a clip's noise starts
  SearchRequest search;
};

/// `sotto align INPUT...`; the inputs may be a store
struct AlignRequest : ClipsRequest {
  std::string text;       ///< of the only clip
  std::string text_file;  ///< holds it
  std::string texts;      ///< file of `id<tab>text` lines
  std::string list;       ///< file with ids of the store; empty: all
};

/// `sotto calibrate MODEL STORE --out FILE`; without modalities all that the model has
struct CalibrateRequest : StoreRequest {
  std::string out;
  std::string trained_on;  ///< file with ids; empty: the model file names its labels' words
};

/// `sotto synth --out DIR`
struct SynthRequest : Request {
  std::string out;
  std::string layout = "folder";
  int64_t clips = 100;
  int64_t talkers = 10;
  std::string language = "auto";  ///< auto, en or zh
  std::string sentences;          ///< file; empty: made up
  int64_t seed = 1;
  std::string size;               ///< WxH; empty: the layout's own
  std::optional<double> fps;      ///< empty: 25
  std::optional<double> seconds;  ///< of every clip; empty: as sentences take
  bool odd = false;
  int64_t jobs = 0;  ///< clips made at once; 0: as many as the process may use
};

/// `sotto info [MODEL|STORE|CLIP]`
struct InfoRequest : Request {
  std::string path;  ///< empty: the machine and what is computed with
};

/// `sotto bench [MODEL]`
struct BenchRequest : Request {
  std::string model;  ///< path or name; empty: the published base size with random weights
  std::string json;   ///< where the numbers go too; empty: nowhere
  std::string precision = "fp32";
  int64_t frames = 75;
  int64_t tokens = 10;  ///< of a searched transcript
  int64_t repeats = 5;
  int64_t vocabulary = 5049;  ///< of the model with random weights
  std::string loader;         ///< a store whose loading is measured; empty: not measured
  std::string growth;         ///< folder for how times grow; empty: not measured
  bool train = false;         ///< a training step is measured instead
  bool checkpointing = false; ///< of gradients, in that step
  int64_t clips = 4;          ///< in that step
  SearchRequest search;
};

/// `sotto import CHECKPOINT --out MODEL`
struct ImportRequest : Request {
  std::string checkpoint;
  std::string out;
  std::string config;         ///< empty: what lies beside the checkpoint
  std::string units;          ///< empty: what lies beside the checkpoint
  std::string sentencepiece;  ///< empty: none
  int64_t limit_mib = 8192;   ///< what the tensors may take, spread out
};

/// `sotto export MODEL --out FILE`
struct ExportRequest : Request {
  std::string model;
  std::string out;    ///< .safetensors: a model of sotto's; else a checkpoint of its family
  bool half = false;  ///< store the weights in half precision
};

/// `sotto features MODEL INPUT... --out FILE`
struct FeaturesRequest : Request {
  std::string model;
  std::vector<std::string> inputs;
  std::string out;
  std::vector<std::string> stages;  ///< empty: all
  std::vector<double> tokens;       ///< ids that the decoders read
  std::string language_model;       ///< path; empty: none
};

/// `sotto perplexity LM TEXT...`
struct PerplexityRequest : Request {
  std::string language_model;      ///< a model file or an ARPA file
  std::vector<std::string> texts;  ///< a sentence a line
  std::string model;  ///< whose tokens the n-grams are made of; empty: the words of the texts are
};

/// `sotto recipe FILE [key=value ...]` prints the effective recipe; `--explain` every knob.
struct RecipeRequest : Request {
  std::string recipe;  ///< path or name of a recipe, or a model file; may be empty with `explain`
  std::vector<std::string> overrides;
  std::string beside;  ///< folder beside which relative paths lie; empty: the recipe's
  bool explain = false;
};

/// `sotto score REF HYP`: files of `id<tab>text` lines, trn, CTM or JSON. Needs no core.
struct ScoreRequest {
  std::string reference;
  std::string hypothesis;
  std::string other;              ///< of a second system, with `compare`
  bool compare = false;           ///< two systems instead of one
  bool interval = false;          ///< also the interval of the rates
  std::string resample = "clip";  ///< clip or talker
  std::string by = "set";         ///< set or talker
  std::string talkers;            ///< file of `id<tab>talker` lines; empty: the ids say it
  std::string costs = "uniform";  ///< uniform or sclite
  std::string json;               ///< where the report goes as JSON; empty: nowhere
  bool characters = false;        ///< count characters without blanks, and nothing else
  bool clips = false;             ///< also the errors of each clip
  bool alignments = false;        ///< also the aligned texts
};

/// `sotto report RUN...`. Needs no core.
struct ReportRequest {
  std::vector<std::string> runs;
  std::string out;  ///< of one run, empty: RUN/report.html; of several: no page
};

/// `sotto rover SYSTEM SYSTEM...`: CTM files or transcripts in JSON. Needs no core.
struct RoverRequest {
  std::vector<std::string> systems;
  std::string out;                        ///< empty: standard output
  std::string format = "ctm";             ///< ctm, text or json
  std::string units = "words";            ///< words or characters
  std::string method = "frequency";       ///< frequency, average or maximum
  std::optional<double> alpha;            ///< empty: 1
  std::optional<double> null_confidence;  ///< empty: 0
};

/// `sotto tokenizer train TEXT... --out PREFIX`. Needs no core.
struct TokenizerTrainRequest {
  std::vector<std::string> texts;
  std::vector<std::string> splits;  ///< of manifests; empty: all
  std::string type = "unigram";  ///< unigram, bpe or characters
  std::optional<int64_t> size;   ///< pieces, for unigram and bpe; empty: 5000
  std::string out;               ///< PREFIX.model and PREFIX_units.txt are written
};

/// `sotto tokenizer encode|decode --units FILE`, lines from standard input. Needs no core.
struct TokenizerLinesRequest {
  std::string units;
  std::string spm;  ///< SentencePiece model; empty: characters, or word pieces to decode only
};

}  // namespace sotto::tools

#include "datasets/corpora/cncvs.h"
#include "datasets/corpora/cnvsrc.h"
#include "datasets/corpora/corpus.h"
#include "datasets/corpora/folder.h"
#include "datasets/corpora/grid.h"
#include "datasets/corpora/lrs2.h"
#include "datasets/corpora/lrs3.h"

namespace sotto::datasets {

const CorpusRegistry& corpora() {
  static const CorpusRegistry registry = [] {
    CorpusRegistry all("corpus");
    all.add<CncvsOptions, CncvsCorpus>("cncvs");
    all.add<CnvsrcOptions, CnvsrcCorpus>("cnvsrc");
    all.add<FolderOptions, FolderCorpus>("folder");
    all.add<GridOptions, GridCorpus>("grid");
    all.add<Lrs2Options, Lrs2Corpus>("lrs2");
    all.add<Lrs3Options, Lrs3Corpus>("lrs3");
    return all;
  }();
  return registry;
}

}  // namespace sotto::datasets

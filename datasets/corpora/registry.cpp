#include "datasets/corpora/corpus.h"
#include "datasets/corpora/folder.h"
#include "datasets/corpora/grid.h"

namespace sotto::datasets {

const CorpusRegistry& corpora() {
  static const CorpusRegistry registry = [] {
    CorpusRegistry all("corpus");
    all.add<GridOptions, GridCorpus>("grid");
    all.add<FolderOptions, FolderCorpus>("folder");
    return all;
  }();
  return registry;
}

}  // namespace sotto::datasets

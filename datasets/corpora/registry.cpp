#include "datasets/corpora/auto_avsr.h"
#include "datasets/corpora/cmlr.h"
#include "datasets/corpora/cncvs.h"
#include "datasets/corpora/cnvsrc.h"
#include "datasets/corpora/corpus.h"
#include "datasets/corpora/csv.h"
#include "datasets/corpora/folder.h"
#include "datasets/corpora/grid.h"
#include "datasets/corpora/lombard_grid.h"
#include "datasets/corpora/lrs2.h"
#include "datasets/corpora/lrs3.h"
#include "datasets/corpora/lrw.h"
#include "datasets/corpora/muavic.h"
#include "datasets/corpora/tcd_timit.h"
#include "datasets/corpora/voxceleb2.h"

namespace sotto::datasets {

const CorpusRegistry& corpora() {
  static const CorpusRegistry registry = [] {
    CorpusRegistry all("corpus");
    all.add<AutoAvsrOptions, AutoAvsrCorpus>("auto_avsr");
    all.add<CmlrOptions, CmlrCorpus>("cmlr");
    all.add<CncvsOptions, CncvsCorpus>("cncvs");
    all.add<CnvsrcOptions, CnvsrcCorpus>("cnvsrc");
    all.add<CsvOptions, CsvCorpus>("csv");
    all.add<FolderOptions, FolderCorpus>("folder");
    all.add<GridOptions, GridCorpus>("grid");
    all.add<LombardGridOptions, LombardGridCorpus>("lombard_grid");
    all.add<Lrs2Options, Lrs2Corpus>("lrs2");
    all.add<Lrs3Options, Lrs3Corpus>("lrs3");
    all.add<LrwOptions, LrwCorpus>("lrw");
    all.add<MuavicOptions, MuavicCorpus>("muavic");
    all.add<TcdTimitOptions, TcdTimitCorpus>("tcd_timit");
    all.add<Voxceleb2Options, Voxceleb2Corpus>("voxceleb2");
    return all;
  }();
  return registry;
}

}  // namespace sotto::datasets

#pragma once

#include "experiments/doctor.h"
#include "experiments/model_file.h"

namespace sotto::experiments {

/// What sotto doctor compares a store with. @throws DataError if the card's tokens are none.
DoctorModel doctor_model(const ModelCard& card);

}  // namespace sotto::experiments

#pragma once

// Loops of convolutions, for the table in vector_level.cpp; what they do says
// common/kernels/vector.h.

#include <cstdint>

#include "common/kernels/activation.h"

namespace sotto::SOTTO_LEVEL {

void convolve_row(
    const float* x,
    const int32_t* taps,
    int64_t K,
    int64_t stride,
    int64_t pixels,
    const float* weight,
    const float* bias,
    int64_t O,
    FusedActivation activation,
    float* out);

void pool_row(const float* const* rows, int64_t count, int64_t pixels, int64_t C, float* out);

void winograd_input(const float* const* pixels, int64_t C, float* const* tiles);

void winograd_output(
    const float* const* products,
    int64_t O,
    const float* bias,
    const float* const* residual,
    FusedActivation activation,
    float* const* pixels);

}  // namespace sotto::SOTTO_LEVEL

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <penstock/kernels/backend.h>

namespace penstock::detail {

std::unique_ptr<Backend> make_cpu_backend();

}  // namespace penstock::detail

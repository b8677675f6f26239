// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <penstock/kernels/column_view.h>

namespace penstock {

// Where results go. Called by one thread at a time, epoch by epoch. Rows never contain symbols:
// text arrives as utf8.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(const BatchView& rows) = 0;
  // Makes all that was written since the last commit durable and visible, as one.
  virtual void commit(std::uint64_t epoch) = 0;
  // After the last commit of a job that ended well. A sink destroyed without it leaves what it
  // committed, and nothing of what it did not.
  virtual void close() = 0;
};

}  // namespace penstock

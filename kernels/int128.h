// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace penstock::detail {

// In GCC and Clang, though not in ISO C++: what holds any sum of 64-bit integers exactly.
__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

}  // namespace penstock::detail

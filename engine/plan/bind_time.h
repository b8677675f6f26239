// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "binding.h"

namespace penstock::detail {

// date_trunc('hour', ts), extract(hour FROM ts), date_bin(width, ts, origin): units and fields are
// literals, so that each becomes a function of its own. Errors name the ones that there are.
Expression bind_date_trunc(const Term& unit, const Term& time);
Expression bind_extract(const Term& field, const Term& time);
Expression bind_date_bin(const Term& width, const Term& time, const Term& origin);

// Start of the bucket: the floor of (time − origin) to a multiple of the width, plus origin.
Expression floor_time(Expression time, std::int64_t width_ns, std::int64_t origin_ns);

}  // namespace penstock::detail

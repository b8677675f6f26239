// SPDX-License-Identifier: Apache-2.0
// What instructions compute, by hand, on every backend.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "plan_fixture.h"

namespace penstock::test {
namespace {

using Limits = std::numeric_limits<std::int64_t>;
const double nan_value = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

class Operations : public testing::TestWithParam<std::string_view> {
 protected:
  struct Argument {
    DataType type;
    Datum value;
  };

  // The result of one instruction on one row; the arguments come as columns and as constants.
  Datum compute(Op op, DataType type, const std::vector<Argument>& arguments,
                std::int32_t immediate = 0) {
    const Datum by_columns = run(op, type, arguments, immediate, false);
    const Datum by_constants = run(op, type, arguments, immediate, true);
    EXPECT_EQ(by_columns, by_constants) << to_string(op);
    return by_columns;
  }

 private:
  Datum run(Op op, DataType type, const std::vector<Argument>& arguments, std::int32_t immediate,
            bool constants) {
    PlanBuilder builder;
    Batch batch;
    std::array<Register, 3> r{no_register, no_register, no_register};
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      builder.plan.inputs.push_back(arguments[i].type);
      batch.types.push_back(arguments[i].type);
      batch.values.push_back({arguments[i].value});
      r[i] = constants ? builder.constant(arguments[i].type, arguments[i].value)
                       : builder.load(static_cast<std::uint16_t>(i));
    }
    builder.plan.outputs = {builder.add(op, type, r[0], r[1], r[2], immediate)};
    const auto backend = make_backend(GetParam());
    const Mapped mapped = run_map(*backend, builder.plan, batch);
    EXPECT_EQ(mapped.rows.size(), 1U);
    return mapped.rows.at(0).at(0);
  }
};

Datum i64(std::int64_t v) {
  return datum(v);
}
Datum f64(double v) {
  return datum(v);
}
Datum boolean_of(bool v) {
  return datum(std::uint8_t{v});
}

TEST_P(Operations, IntegerFaultsGiveNull) {
  const auto compute_i64 = [&](Op op, std::int64_t a, std::int64_t b) {
    return compute(op, int64, {{int64, i64(a)}, {int64, i64(b)}});
  };
  EXPECT_EQ(compute_i64(Op::add, Limits::max(), 1), null);
  EXPECT_EQ(compute_i64(Op::add, Limits::max(), -1), i64(Limits::max() - 1));
  EXPECT_EQ(compute_i64(Op::subtract, Limits::min(), 1), null);
  EXPECT_EQ(compute_i64(Op::multiply, std::int64_t{1} << 32, std::int64_t{1} << 31), null);
  EXPECT_EQ(compute_i64(Op::multiply, std::int64_t{1} << 31, std::int64_t{1} << 31),
            i64(std::int64_t{1} << 62));
  EXPECT_EQ(compute_i64(Op::divide, 7, 0), null);
  EXPECT_EQ(compute_i64(Op::divide, -7, 2), i64(-3));
  EXPECT_EQ(compute_i64(Op::divide, Limits::min(), -1), null);
  EXPECT_EQ(compute_i64(Op::modulo, -7, 2), i64(-1));
  EXPECT_EQ(compute_i64(Op::modulo, Limits::min(), -1), i64(0));
  EXPECT_EQ(compute_i64(Op::modulo, 7, 0), null);
  EXPECT_EQ(compute(Op::negate, int64, {{int64, i64(Limits::min())}}), null);
  EXPECT_EQ(compute(Op::absolute, int64, {{int64, i64(Limits::min())}}), null);
  EXPECT_EQ(compute(Op::absolute, int64, {{int64, i64(-5)}}), i64(5));
  const DataType u8{TypeId::uint8};
  EXPECT_EQ(compute(Op::subtract, u8, {{u8, datum(std::uint8_t{1})}, {u8, datum(std::uint8_t{2})}}),
            null);
  EXPECT_EQ(compute(Op::add, u8, {{u8, datum(std::uint8_t{255})}, {u8, datum(std::uint8_t{1})}}),
            null);
}

TEST_P(Operations, ShiftsAreModuloTheWidth) {
  const auto shift = [&](Op op, std::int64_t a, std::int32_t by) {
    return compute(op, int64, {{int64, i64(a)}, {int32, datum(by)}});
  };
  EXPECT_EQ(shift(Op::shift_left, 1, 65), i64(2));
  EXPECT_EQ(shift(Op::shift_left, 1, -1), i64(Limits::min()));
  EXPECT_EQ(shift(Op::shift_right, -8, 1), i64(-4));
  const DataType u8{TypeId::uint8};
  EXPECT_EQ(compute(Op::shift_right, u8, {{u8, datum(std::uint8_t{0x80})}, {int32, datum(7)}}),
            datum(std::uint8_t{1}));
  EXPECT_EQ(compute(Op::bit_not, u8, {{u8, datum(std::uint8_t{0x0F})}}), datum(std::uint8_t{0xF0}));
}

TEST_P(Operations, FloatsFollowIeee754ButDivisionByZero) {
  const auto compute_f64 = [&](Op op, double a, double b) {
    return compute(op, float64, {{float64, f64(a)}, {float64, f64(b)}});
  };
  EXPECT_EQ(compute_f64(Op::add, 0.1, 0.2), f64(0.1 + 0.2));
  EXPECT_EQ(compute_f64(Op::multiply, 1e308, 10), f64(infinity));
  EXPECT_EQ(compute_f64(Op::subtract, infinity, infinity), f64(nan_value));
  EXPECT_EQ(compute_f64(Op::divide, 1, -0.0), null);
  EXPECT_EQ(compute(Op::round, float64, {{float64, f64(2.5)}}), f64(2));
  EXPECT_EQ(compute(Op::round, float64, {{float64, f64(-0.5)}}), f64(-0.0));
  EXPECT_EQ(compute(Op::floor, float64, {{float64, f64(-0.5)}}), f64(-1));
  EXPECT_EQ(compute(Op::ceil, float64, {{float64, f64(1.2)}}), f64(2));
  EXPECT_EQ(compute(Op::square_root, float64, {{float64, f64(-1)}}), null);
  EXPECT_EQ(compute(Op::square_root, float64, {{float64, f64(2)}}), f64(std::sqrt(2.0)));
  // 2^24 + 1 is no float32: the sum is rounded to one.
  EXPECT_EQ(compute(Op::add, float32, {{float32, datum(16777216.0F)}, {float32, datum(1.0F)}}),
            datum(16777216.0F));
}

TEST_P(Operations, NanIsOneValueAndTheGreatest) {
  const auto compare = [&](Op op, double a, double b) {
    return compute(op, boolean, {{float64, f64(a)}, {float64, f64(b)}});
  };
  EXPECT_EQ(compare(Op::equal, nan_value, -nan_value), boolean_of(true));
  EXPECT_EQ(compare(Op::greater, nan_value, infinity), boolean_of(true));
  EXPECT_EQ(compare(Op::less, nan_value, infinity), boolean_of(false));
  EXPECT_EQ(compare(Op::less_equal, nan_value, nan_value), boolean_of(true));
  EXPECT_EQ(compare(Op::equal, -0.0, 0.0), boolean_of(true));
  EXPECT_EQ(compare(Op::less, -0.0, 0.0), boolean_of(false));
  const auto pick = [&](Op op, Datum a, Datum b) {
    return compute(op, float64, {{float64, a}, {float64, b}});
  };
  EXPECT_EQ(pick(Op::greatest, f64(nan_value), f64(infinity)), f64(nan_value));
  EXPECT_EQ(pick(Op::least, f64(nan_value), f64(infinity)), f64(infinity));
  EXPECT_EQ(pick(Op::least, f64(0.0), f64(-0.0)), f64(0.0));
  EXPECT_EQ(pick(Op::least, null, f64(3)), f64(3));
  EXPECT_EQ(pick(Op::greatest, f64(3), null), f64(3));
  EXPECT_EQ(pick(Op::greatest, null, null), null);
  // A NaN that leaves a program is the quiet one without payload.
  const auto payload = std::uint64_t{0xFFF8000000001234};
  EXPECT_EQ(compute(Op::negate, float64, {{float64, datum(payload)}}), f64(nan_value));
}

TEST_P(Operations, LogicHasThreeValues) {
  const Datum yes = boolean_of(true);
  const Datum no = boolean_of(false);
  const std::array<Datum, 3> values{no, yes, null};
  const std::array<std::array<Datum, 3>, 3> conjunction{
      {{no, no, no}, {no, yes, null}, {no, null, null}}};
  const std::array<std::array<Datum, 3>, 3> disjunction{
      {{no, yes, null}, {yes, yes, yes}, {null, yes, null}}};
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = 0; b < 3; ++b) {
      const std::vector<Argument> both{{boolean, values[a]}, {boolean, values[b]}};
      EXPECT_EQ(compute(Op::logical_and, boolean, both), conjunction[a][b]) << a << b;
      EXPECT_EQ(compute(Op::logical_or, boolean, both), disjunction[a][b]) << a << b;
    }
  }
  EXPECT_EQ(compute(Op::logical_not, boolean, {{boolean, null}}), null);
  EXPECT_EQ(compute(Op::is_true, boolean, {{boolean, null}}), no);
  EXPECT_EQ(compute(Op::is_null, boolean, {{int64, null}}), yes);
  EXPECT_EQ(compute(Op::is_not_distinct, boolean, {{int64, null}, {int64, null}}), yes);
  EXPECT_EQ(compute(Op::is_not_distinct, boolean, {{int64, null}, {int64, i64(0)}}), no);
  EXPECT_EQ(compute(Op::equal, boolean, {{int64, null}, {int64, i64(0)}}), null);
}

TEST_P(Operations, SelectAndCoalesceTakeWhatIsThere) {
  const auto select = [&](Datum condition) {
    return compute(Op::select, int64, {{boolean, condition}, {int64, i64(1)}, {int64, i64(2)}});
  };
  EXPECT_EQ(select(boolean_of(true)), i64(1));
  EXPECT_EQ(select(boolean_of(false)), i64(2));
  EXPECT_EQ(select(null), i64(2));
  EXPECT_EQ(compute(Op::coalesce, int64, {{int64, null}, {int64, i64(2)}}), i64(2));
  EXPECT_EQ(compute(Op::coalesce, int64, {{int64, null}, {int64, null}}), null);
}

TEST_P(Operations, CastsRoundHalfToEvenAndCheckTheRange) {
  const auto to_i64 = [&](double v) { return compute(Op::cast, int64, {{float64, f64(v)}}); };
  EXPECT_EQ(to_i64(2.5), i64(2));
  EXPECT_EQ(to_i64(3.5), i64(4));
  EXPECT_EQ(to_i64(-2.5), i64(-2));
  EXPECT_EQ(to_i64(0x1p63), null);
  EXPECT_EQ(to_i64(-0x1p63), i64(Limits::min()));
  EXPECT_EQ(to_i64(nan_value), null);
  const DataType u64 = uint64;
  const DataType i8{TypeId::int8};
  EXPECT_EQ(compute(Op::cast, u64, {{float64, f64(0x1p64)}}), null);
  EXPECT_EQ(compute(Op::cast, u64, {{float64, f64(-0.5)}}), datum(std::uint64_t{0}));
  EXPECT_EQ(compute(Op::cast, u64, {{int64, i64(-1)}}), null);
  EXPECT_EQ(compute(Op::cast, int64, {{u64, datum(std::uint64_t{1} << 63)}}), null);
  EXPECT_EQ(compute(Op::cast, i8, {{int64, i64(127)}}), datum(std::int8_t{127}));
  EXPECT_EQ(compute(Op::cast, i8, {{int64, i64(128)}}), null);
  EXPECT_EQ(compute(Op::cast, i8, {{float64, f64(127.5)}}), null);
  EXPECT_EQ(compute(Op::cast, float32, {{float64, f64(1e300)}}), null);
  EXPECT_EQ(compute(Op::cast, float32, {{float64, f64(infinity)}}),
            datum(std::numeric_limits<float>::infinity()));
  // Halfway between two float64: the even one.
  EXPECT_EQ(compute(Op::cast, float64, {{int64, i64((std::int64_t{1} << 53) + 1)}}), f64(0x1p53));
  EXPECT_EQ(compute(Op::cast, boolean, {{int64, i64(-3)}}), boolean_of(true));
  EXPECT_EQ(compute(Op::cast, float64, {{boolean, boolean_of(true)}}), f64(1));
  EXPECT_EQ(compute(Op::cast, timestamp, {{int64, i64(-5)}}), i64(-5));
}

TEST_P(Operations, TimesFloorToBuckets) {
  const auto bucket = [&](std::int64_t t, std::int64_t size, std::int64_t origin) {
    return compute(Op::floor_time, timestamp,
                   {{timestamp, i64(t)}, {interval, i64(size)}, {timestamp, i64(origin)}});
  };
  EXPECT_EQ(bucket(25, 10, 0), i64(20));
  EXPECT_EQ(bucket(-1, 10, 0), i64(-10));
  EXPECT_EQ(bucket(25, 10, 7), i64(17));
  EXPECT_EQ(bucket(5, 10, 7), i64(-3));
  EXPECT_EQ(bucket(5, 0, 0), null);
  EXPECT_EQ(bucket(5, -10, 0), null);
  EXPECT_EQ(bucket(Limits::min(), 10, 0), null);
  EXPECT_EQ(bucket(Limits::max(), 10, Limits::min()), i64(Limits::max() - 5));
  EXPECT_EQ(bucket(Limits::min(), 10, Limits::max()), null);
  EXPECT_EQ(compute(Op::subtract, interval, {{timestamp, i64(7)}, {timestamp, i64(9)}}), i64(-2));
  EXPECT_EQ(compute(Op::multiply, interval, {{interval, i64(7)}, {int64, i64(3)}}), i64(21));
}

TEST_P(Operations, TimesHaveFields) {
  // 2024-02-29 13:14:15.123456789 UTC, a Thursday; then a second before 1970.
  const std::int64_t leap_day = 1'709'212'455'123'456'789;
  const std::int64_t before = -1'000'000'000;
  const auto field = [&](TimeField f, std::int64_t t) {
    const bool fraction = f <= TimeField::millisecond;
    return compute(Op::extract_field, fraction ? float64 : int64, {{timestamp, i64(t)}},
                   static_cast<std::int32_t>(f));
  };
  EXPECT_EQ(field(TimeField::year, leap_day), i64(2024));
  EXPECT_EQ(field(TimeField::quarter, leap_day), i64(1));
  EXPECT_EQ(field(TimeField::month, leap_day), i64(2));
  EXPECT_EQ(field(TimeField::day, leap_day), i64(29));
  EXPECT_EQ(field(TimeField::hour, leap_day), i64(13));
  EXPECT_EQ(field(TimeField::minute, leap_day), i64(14));
  EXPECT_EQ(field(TimeField::second, leap_day), f64(15.123456789));
  EXPECT_EQ(field(TimeField::millisecond, leap_day), f64(15123.456789));
  EXPECT_EQ(field(TimeField::day_of_week, leap_day), i64(4));
  EXPECT_EQ(field(TimeField::iso_day_of_week, leap_day), i64(4));
  EXPECT_EQ(field(TimeField::day_of_year, leap_day), i64(60));
  EXPECT_EQ(field(TimeField::epoch, leap_day), f64(1'709'212'455.123456789));
  EXPECT_EQ(field(TimeField::year, before), i64(1969));
  EXPECT_EQ(field(TimeField::day_of_year, before), i64(365));
  EXPECT_EQ(field(TimeField::second, before), f64(59));
  EXPECT_EQ(field(TimeField::epoch, before), f64(-1));
  EXPECT_EQ(field(TimeField::iso_day_of_week, -3 * 86'400'000'000'000), i64(1));
  EXPECT_EQ(field(TimeField::day_of_week, -4 * 86'400'000'000'000), i64(0));
}

TEST_P(Operations, AddressesKnowTheirNetwork) {
  const auto v4 = [](std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return datum(Bytes16{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d}});
  };
  const Datum v6 = datum(Bytes16{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}});
  const auto in = [&](Datum a, Datum network, std::int32_t prefix) {
    return compute(Op::ip_in_network, boolean, {{ip, a}, {ip, network}}, prefix);
  };
  EXPECT_EQ(in(v4(10, 1, 2, 3), v4(10, 1, 0, 0), 96 + 16), boolean_of(true));
  EXPECT_EQ(in(v4(10, 2, 2, 3), v4(10, 1, 0, 0), 96 + 16), boolean_of(false));
  EXPECT_EQ(in(v4(10, 0, 2, 3), v4(10, 1, 0, 0), 96 + 15), boolean_of(true));
  EXPECT_EQ(in(v6, v4(10, 1, 0, 0), 0), boolean_of(true));
  EXPECT_EQ(in(v6, null, 0), null);
  EXPECT_EQ(compute(Op::ip_version, int32, {{ip, v4(1, 2, 3, 4)}}), datum(4));
  EXPECT_EQ(compute(Op::ip_version, int32, {{ip, v6}}), datum(6));
  // Addresses are ordered as unsigned bytes.
  EXPECT_EQ(compute(Op::less, boolean, {{ip, v4(9, 255, 0, 0)}, {ip, v4(200, 0, 0, 0)}}),
            boolean_of(true));
}

TEST_P(Operations, FilterKeepsOnlyWhatIsTrue) {
  PlanBuilder builder;
  builder.plan.inputs = {boolean, int64};
  builder.plan.filter = builder.load(0);
  builder.plan.outputs = {builder.load(1)};
  const Batch batch{{boolean, int64},
                    {{boolean_of(true), null, boolean_of(false), boolean_of(true)},
                     {i64(1), i64(2), i64(3), null}}};
  const Mapped mapped = run_map(*make_backend(GetParam()), builder.plan, batch);
  EXPECT_EQ(mapped.rows, (std::vector<Row>{{i64(1)}, {null}}));
  EXPECT_EQ(mapped.selected, (std::vector<std::uint32_t>{0, 3}));
}

INSTANTIATE_TEST_SUITE_P(Backends, Operations, testing::ValuesIn(backend_names()),
                         [](const auto& name) { return std::string(name.param); });

}  // namespace
}  // namespace penstock::test

// SPDX-License-Identifier: Apache-2.0
#include <penstock/kernels/types.h>

namespace penstock {

std::string to_string(DataType type) {
  switch (type.id) {
    case TypeId::boolean: return "boolean";
    case TypeId::int8: return "tinyint";
    case TypeId::int16: return "smallint";
    case TypeId::int32: return "integer";
    case TypeId::int64: return "bigint";
    case TypeId::uint8: return "tinyint unsigned";
    case TypeId::uint16: return "smallint unsigned";
    case TypeId::uint32: return "integer unsigned";
    case TypeId::uint64: return "bigint unsigned";
    case TypeId::float32: return "real";
    case TypeId::float64: return "double precision";
    case TypeId::timestamp: return "timestamp";
    case TypeId::interval: return "interval";
    case TypeId::ip: return "ip";
    case TypeId::fixed_binary: return "binary(" + std::to_string(type.width_bytes) + ")";
    case TypeId::utf8:
    case TypeId::symbol: return "text";
  }
  return "unknown";
}

}  // namespace penstock

// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include <penstock/plan/plan.h>

namespace penstock {

namespace {

// Also in docs/plan.md: part of the format.
std::string_view type_name(TypeId id) {
  switch (id) {
    case TypeId::boolean: return "boolean";
    case TypeId::int8: return "int8";
    case TypeId::int16: return "int16";
    case TypeId::int32: return "int32";
    case TypeId::int64: return "int64";
    case TypeId::uint8: return "uint8";
    case TypeId::uint16: return "uint16";
    case TypeId::uint32: return "uint32";
    case TypeId::uint64: return "uint64";
    case TypeId::float32: return "float32";
    case TypeId::float64: return "float64";
    case TypeId::timestamp: return "timestamp";
    case TypeId::interval: return "interval";
    case TypeId::ip: return "ip";
    case TypeId::fixed_binary: return "fixed_binary";
    case TypeId::utf8: return "utf8";
    case TypeId::symbol: return "symbol";
  }
  return "unknown";
}

std::string_view aggregate_name(AggregateKind kind) {
  switch (kind) {
    case AggregateKind::count_rows: return "count_rows";
    case AggregateKind::count: return "count";
    case AggregateKind::count_distinct: return "count_distinct";
    case AggregateKind::sum: return "sum";
    case AggregateKind::minimum: return "minimum";
    case AggregateKind::maximum: return "maximum";
    case AggregateKind::average: return "average";
  }
  return "unknown";
}

class JsonWriter {
 public:
  void plan(const Plan& plan) {
    open('{');
    list("sources", plan.sources, [this](const SourceTable& source) { this->source(source); });
    list("sinks", plan.sinks, [this](const SinkTable& sink) { this->sink(sink); });
    list("queries", plan.queries, [this](const Query& query) { this->query(query); });
    close('}');
  }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  void open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  void key(std::string_view name) {
    text(name);
    out_ += ':';
    first_ = true;
  }
  void raw(std::string_view token) {
    separate();
    out_ += token;
  }
  template <class T>
  void number(T value) {
    raw(std::to_string(value));
  }
  void boolean(bool value) { raw(value ? "true" : "false"); }

  void text(std::string_view value) {
    separate();
    out_ += '"';
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out_ += '\\';
        out_ += c;
      } else if (byte < 0x20 || byte == 0x7F) {
        constexpr std::string_view digits = "0123456789abcdef";
        out_ += "\\u00";
        out_ += digits[byte / 16];
        out_ += digits[byte % 16];
      } else {
        out_ += c;
      }
    }
    out_ += '"';
  }

  void real(double value) {
    if (std::isnan(value)) return text("NaN");
    if (std::isinf(value)) return text(value > 0 ? "Infinity" : "-Infinity");
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    std::string token(digits.data(), end);
    // Or a reader takes it for an integer, and loses the sign of -0.
    if (token.find_first_of(".e") == std::string::npos) token += ".0";
    raw(token);
  }

  template <class Items, class Write>
  void list(std::string_view name, const Items& items, const Write& write) {
    key(name);
    open('[');
    for (const auto& item : items) write(item);
    close(']');
  }

  void type(DataType type) {
    key("type");
    text(type_name(type.id));
    if (type.id == TypeId::fixed_binary) {
      key("width");
      number(static_cast<int>(type.width_bytes));
    }
  }

  void schema(const Schema& schema) {
    list("schema", schema.fields, [this](const Field& field) {
      open('{');
      key("name");
      text(field.name);
      key("type");
      text(type_name(field.type.id));
      key("width");
      number(static_cast<int>(field.type.width_bytes));
      key("nullable");
      boolean(field.nullable);
      close('}');
    });
  }

  void definition(const TableDefinition& table) {
    key("name");
    text(table.name);
    key("connector");
    text(table.connector);
    key("options");
    open('{');
    for (const ast::Option& option : table.options) {
      key(option.key);
      text(option.value);
    }
    close('}');
  }

  void source(const SourceTable& source) {
    open('{');
    definition(source.definition);
    schema(source.schema);
    key("watermark");
    if (source.watermark.has_value()) {
      open('{');
      key("column");
      number(source.watermark->column);
      key("delay_ns");
      number(source.watermark->delay_ns);
      close('}');
    } else {
      raw("null");
    }
    key("bounded");
    boolean(source.bounded);
    close('}');
  }

  void sink(const SinkTable& sink) {
    open('{');
    definition(sink.definition);
    schema(sink.schema);
    close('}');
  }

  void query(const Query& query) {
    open('{');
    key("source");
    number(query.source);
    key("sink");
    number(query.sink);
    list("steps", query.steps, [this](const Step& step) {
      open('{');
      std::visit([this](const auto& each) { this->step(each); }, step);
      close('}');
    });
    close('}');
  }

  void step(const FilterStep& filter) {
    key("filter");
    expression(filter.predicate);
  }

  void named(const NamedExpression& column) {
    open('{');
    key("name");
    text(column.name);
    key("expression");
    expression(column.expression);
    close('}');
  }

  void step(const ProjectStep& project) {
    list("project", project.columns, [this](const NamedExpression& column) { named(column); });
  }

  void step(const AggregateStep& aggregate) {
    key("aggregate");
    open('{');
    key("window");
    if (aggregate.window.has_value()) {
      open('{');
      key("time_column");
      number(aggregate.window->time_column);
      key("size_ns");
      number(aggregate.window->size_ns);
      key("offset_ns");
      number(aggregate.window->offset_ns);
      close('}');
    } else {
      raw("null");
    }
    list("keys", aggregate.keys, [this](const NamedExpression& key) { named(key); });
    list("aggregates", aggregate.aggregates,
         [this](const AggregateCall& each) { this->aggregate(each); });
    close('}');
  }

  void aggregate(const AggregateCall& aggregate) {
    open('{');
    key("name");
    text(aggregate.name);
    key("kind");
    text(aggregate_name(aggregate.kind));
    key("input");
    optional(aggregate.input);
    key("filter");
    optional(aggregate.filter);
    key("on_overflow");
    text(aggregate.on_overflow == OverflowPolicy::fail ? "fail" : "null");
    close('}');
  }

  void step(const SortStep& sort) {
    key("sort");
    open('{');
    list("keys", sort.keys, [this](const SortKey& key) {
      open('{');
      this->key("column");
      number(key.column);
      this->key("descending");
      boolean(key.descending);
      this->key("nulls_first");
      boolean(key.nulls_first);
      close('}');
    });
    key("limit");
    if (sort.limit.has_value()) {
      number(*sort.limit);
    } else {
      raw("null");
    }
    key("offset");
    number(sort.offset);
    close('}');
  }

  void optional(const std::optional<Expression>& value) {
    if (value.has_value()) {
      expression(*value);
    } else {
      raw("null");
    }
  }

  void value(const Value& value, DataType type) {
    switch (value.data.index()) {
      case 0: return raw("null");
      case 1: return boolean(std::get<bool>(value.data));
      case 2: return number(std::get<std::int64_t>(value.data));
      case 3: return number(std::get<std::uint64_t>(value.data));
      case 4: return real(std::get<double>(value.data));
      default: return text(to_string(value, type));
    }
  }

  void expression(const Expression& expression) {
    open('{');
    key("kind");
    switch (expression.kind) {
      case Expression::Kind::column:
        text("column");
        key("column");
        number(expression.column);
        type(expression.type);
        break;
      case Expression::Kind::literal:
        text("literal");
        key("value");
        value(expression.literal, expression.type);
        type(expression.type);
        break;
      case Expression::Kind::call:
        text("call");
        key("function");
        text(expression.function);
        type(expression.type);
        list("arguments", expression.arguments,
             [this](const Expression& argument) { this->expression(argument); });
        break;
    }
    close('}');
  }

  std::string out_;
  bool first_ = true;
};

}  // namespace

std::string to_json(const Plan& plan) {
  JsonWriter writer;
  writer.plan(plan);
  return std::move(writer).take();
}

}  // namespace penstock

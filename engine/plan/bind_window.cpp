// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "bind_time.h"
#include "binder.h"
#include "coercion.h"
#include "function_table.h"

namespace penstock::detail {

namespace {

constexpr std::int64_t max_window_ns = 36'525LL * 86'400 * 1'000'000'000;  // 100 years

Expression bind_constant(const ast::Expression& expression, std::string_view what) {
  static const Scope nothing;
  ExpressionBinder binder(nothing, what);
  return convert(binder.bind(expression), types::interval);
}

std::int64_t interval_constant(const ast::Expression& expression, std::string_view what) {
  using Kind = ast::Expression::Kind;
  const bool cast = expression.kind == Kind::cast && expression.arguments.size() == 1;
  const Kind kind = cast ? expression.arguments[0].kind : expression.kind;
  const bool plausible = kind == Kind::interval || kind == Kind::string;
  if (plausible) {
    const Expression bound = bind_constant(expression, what);
    const auto* ns = std::get_if<std::int64_t>(&bound.literal.data);
    if (bound.kind == Expression::Kind::literal && bound.type == types::interval && ns != nullptr) {
      return *ns;
    }
  }
  fail(ErrorCode::invalid_argument,
       std::string(what) + " is a literal interval, like INTERVAL '1 minute'", expression.where);
}

std::int64_t window_size(const ast::Expression& expression) {
  const std::int64_t size = interval_constant(expression, "the size of a window");
  if (size <= 0) {
    fail(ErrorCode::invalid_argument, "the size of a window must be above zero", expression.where);
  }
  if (size > max_window_ns) {
    fail(ErrorCode::invalid_argument, "the size of a window is at most 100 years (36525 days)",
         expression.where);
  }
  return size;
}

// Offsets that differ by whole windows mean the same ones.
std::int64_t window_offset(const ast::Expression& expression, std::int64_t size) {
  const std::int64_t offset = interval_constant(expression, "the offset of a window") % size;
  return offset < 0 ? offset + size : offset;
}

void add_window(Relation& relation, const WindowDefinition& window, const Where& where) {
  relation.window = window;
  relation.window_where = where;
  Expression start = floor_time(column_reference(window.time_column, types::timestamp),
                                window.size_ns, window.offset_ns);
  Expression end = exact_call("+", {start, literal({window.size_ns}, types::interval)});
  relation.scope.columns.push_back({"window_start", std::move(start)});
  relation.scope.columns.push_back({"window_end", std::move(end)});
}

// The column that a window is over; the scope says what the name means.
std::size_t time_column(const Relation& relation, const ast::Expression& expression) {
  if (expression.kind != ast::Expression::Kind::column) {
    fail(ErrorCode::invalid_argument, "the time of a window is a column, like ts",
         expression.where);
  }
  ExpressionBinder binder(relation.scope, "TUMBLE");
  const Expression column = binder.bind(expression).expression;
  if (column.type != types::timestamp) {
    fail(ErrorCode::type_mismatch,
         "the time of a window is a timestamp, but " + quoted(expression.name) + " is " +
             to_string(column.type) +
             "; declare it as timestamp (the option timestamp_format says how it is written)",
         expression.where);
  }
  if (column.kind != Expression::Kind::column) {
    fail(ErrorCode::unsupported, "windows over windows are not supported yet", expression.where);
  }
  if (relation.has_watermark && relation.event_time != column.column) {
    const bool kept = relation.event_time.has_value();
    const std::string own = kept ? quoted(relation.schema.fields[*relation.event_time].name) : "";
    fail(ErrorCode::invalid_argument,
         "table " + quoted(relation.table_name) + " has its watermark on another column" +
             (kept ? ": windows over it are by " + own
                   : ", which this view does not pass on unchanged"),
         expression.where);
  }
  return column.column;
}

void check_window_name(const ast::FromItem& item) {
  constexpr std::array<std::string_view, 4> later = {"hop", "cumulate", "session", "count_window"};
  if (item.name == "tumble") return;
  if (std::find(later.begin(), later.end(), item.name) != later.end()) {
    fail(ErrorCode::unsupported,
         quoted(item.name) + " windows are not supported yet; tumble(…) windows are", item.where);
  }
  const std::string hint = suggestion(item.name, {"tumble"});
  fail(ErrorCode::unknown_name,
       "there is no window function " + quoted(item.name) +
           (hint.empty() ? "; write FROM TUMBLE(packets, ts, INTERVAL '1 second')" : hint),
       item.where);
}

const ast::Expression* named_argument(const ast::FromItem& item, std::string_view name) {
  for (const auto& [key, value] : item.named_arguments) {
    if (key == name) return &value;
  }
  return nullptr;
}

void check_window_arguments(const ast::FromItem& item) {
  for (const auto& [key, value] : item.named_arguments) {
    if (key == "size" || key == "offset") continue;
    const bool later = key == "emit" || key == "allowed_lateness";
    fail(later ? ErrorCode::unsupported : ErrorCode::unknown_name,
         "'tumble' has no argument " + quoted(key) +
             (later ? " yet" : suggestion(key, {"size", "offset"})),
         value.where);
  }
  const bool sized = named_argument(item, "size") != nullptr;
  const std::size_t wanted = sized ? 1 : 2;
  if (item.arguments.size() < wanted || item.arguments.size() > 3) {
    fail(ErrorCode::syntax,
         "'tumble' takes a table, its time column, a size and maybe an offset: TUMBLE(packets, ts, "
         "INTERVAL '1 second')",
         item.where);
  }
}

Scope scope_of(const Schema& schema, const std::string& qualifier) {
  Scope scope;
  scope.qualifier = qualifier;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    scope.columns.push_back({schema.fields[i].name, column_reference(i, schema.fields[i].type)});
  }
  return scope;
}

void refuse_window_over_window(const Relation& relation, const Where& where) {
  if (relation.aggregated || relation.window.has_value()) {
    fail(ErrorCode::unsupported,
         "windows over windows are not supported yet: aggregate once, in one SELECT", where);
  }
}

}  // namespace

Relation Binder::bind_from(const ast::FromItem& item) {
  switch (item.kind) {
    case ast::FromItem::Kind::table: return bind_table(item);
    case ast::FromItem::Kind::subquery: return bind_subquery(*item.subquery, item.alias);
    case ast::FromItem::Kind::window_function: return bind_window_function(item);
  }
  fail(ErrorCode::internal, "a FROM item of no known kind", item.where);
}

Relation Binder::bind_table(const ast::FromItem& item) {
  const std::string& qualifier = item.alias.empty() ? item.name : item.alias;
  if (item.name == view_being_created_) {
    fail(ErrorCode::unknown_name, "view " + quoted(item.name) + " refers to itself", item.where);
  }
  for (const ast::CreateView& view : views_) {
    if (view.name == item.name) return bind_view(view, qualifier);
  }
  const auto table = find_table(item.name);
  if (!table.has_value()) unknown_table(item.name, item.where);
  const SourceTable& source = source_of(*table, item.where);
  Relation relation;
  relation.table = *table;
  relation.table_name = source.definition.name;
  relation.bounded = source.bounded;
  relation.has_watermark = source.watermark.has_value();
  if (relation.has_watermark) relation.event_time = source.watermark->column;
  relation.schema = source.schema;
  relation.scope = scope_of(relation.schema, qualifier);
  return relation;
}

Relation Binder::bind_view(const ast::CreateView& view, const std::string& qualifier) {
  return bind_subquery(view.select, qualifier);
}

Relation Binder::bind_subquery(const ast::Select& select, const std::string& qualifier) {
  if (!select.order_by.empty() || select.limit.has_value() || select.offset.has_value()) {
    fail(ErrorCode::unsupported,
         "ORDER BY and LIMIT belong to the outermost SELECT: a view or sub-query has no order",
         select.where);
  }
  if (relation_depth_ >= max_relation_depth) {
    fail(ErrorCode::unsupported,
         "views and sub-queries are nested more than " + std::to_string(max_relation_depth) +
             " levels deep; join some of them into one SELECT",
         select.where);
  }
  ++relation_depth_;
  Relation relation = finish_select(bind_select(select), qualifier);
  --relation_depth_;
  relation.scope = scope_of(relation.schema, qualifier);
  return relation;
}

Relation Binder::bind_window_function(const ast::FromItem& item) {
  check_window_name(item);
  check_window_arguments(item);
  Relation relation = bind_from(item.relation.at(0));
  refuse_window_over_window(relation, item.where);
  if (!item.alias.empty()) relation.scope.qualifier = item.alias;
  WindowDefinition window;
  window.time_column = time_column(relation, item.arguments[0]);
  const ast::Expression* size = named_argument(item, "size");
  const std::size_t next = size == nullptr ? 2 : 1;
  const ast::Expression* offset = named_argument(item, "offset");
  if (size == nullptr) size = &item.arguments[1];
  if (item.arguments.size() > next) offset = &item.arguments[next];
  window.size_ns = window_size(*size);
  if (offset != nullptr) window.offset_ns = window_offset(*offset, window.size_ns);
  add_window(relation, window, item.where);
  return relation;
}

void apply_group_window(Relation& relation, const ast::Expression& call) {
  refuse_window_over_window(relation, call.where);
  if (!relation.event_time.has_value()) {
    fail(ErrorCode::invalid_argument,
         "GROUP BY tumble(…) needs a table with a WATERMARK, whose column is its time; or name the "
         "column: FROM TUMBLE(" +
             relation.table_name + ", ts, INTERVAL '…')",
         call.where);
  }
  if (call.arguments.empty() || call.arguments.size() > 2 || !call.named_arguments.empty()) {
    fail(ErrorCode::syntax,
         "'tumble' in GROUP BY takes a size and maybe an offset: "
         "tumble(INTERVAL '1 second')",
         call.where);
  }
  WindowDefinition window;
  window.time_column = *relation.event_time;
  window.size_ns = window_size(call.arguments[0]);
  if (call.arguments.size() > 1) {
    window.offset_ns = window_offset(call.arguments[1], window.size_ns);
  }
  add_window(relation, window, call.where);
}

void check_window(const Relation& relation) {
  if (relation.bounded || relation.has_watermark) return;
  fail(ErrorCode::unsupported,
       "windows over table " + quoted(relation.table_name) +
           " would never close: it does not end and has no watermark; declare one, like WATERMARK "
           "FOR " +
           relation.schema.fields[relation.window->time_column].name + " AS " +
           relation.schema.fields[relation.window->time_column].name + " - INTERVAL '5 seconds'",
       relation.window_where);
}

}  // namespace penstock::detail

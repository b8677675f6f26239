// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "converter.h"

namespace penstock::detail {
namespace {

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace

Converter::Converter(const Script& script, const Tokens& tokens, const ShimmedStatement& statement)
    : script_(script), tokens_(tokens), statement_(statement), text_(&statement.text) {}

ast::Statement Converter::convert() {
  const GrammarTree tree(script_, tokens_, statement_.text);
  const Node node = tree.statement();
  const Context context{tokens_[statement_.first].begin, 0, 0};
  if (node.kind == "SelectStmt") return select(node.fields, context);
  if (node.kind == "CreateStmt") return create_table(node.fields, context);
  if (node.kind == "ViewStmt") return create_view(node.fields, context);
  if (node.kind == "InsertStmt") return insert_into(node.fields, context);
  refuse_statement(node.kind);
}

void Converter::refuse_statement(std::string_view kind) const {
  const std::size_t place = tokens_[statement_.first].begin;
  if (kind == "ExplainStmt") {
    refuse("EXPLAIN is not a statement here; 'penstock explain FILE.sql' prints the plan", place);
  }
  if (kind == "DeleteStmt" || kind == "UpdateStmt" || kind == "MergeStmt") {
    refuse(upper(tokens_.word(statement_.first)) +
               " is not supported: a stream is only added to; a sink with the option primary_key "
               "replaces rows of the same key",
           place);
  }
  std::string name = upper(tokens_.word(statement_.first));
  if (name == "CREATE" || name == "ALTER" || name == "DROP") {
    for (std::size_t i = statement_.first + 1; i < statement_.last; ++i) {
      const std::string word = upper(tokens_.word(i));
      if (word.empty()) break;
      name += " " + word;
      if (word != "OR" && word != "REPLACE" && word != "UNLOGGED" && word != "TEMP") break;
    }
    if (name == "CREATE MATERIALIZED") name += " VIEW";
  }
  refuse(name +
             " is not supported; there are CREATE TABLE, CREATE VIEW, INSERT INTO … SELECT, "
             "SELECT and DESCRIBE",
         place);
}

std::string Converter::relation_name(const Object& relation, Context context) const {
  const Context here = at(relation, context);
  std::string name(text_of(relation, "relname"));
  if (has(relation, "schemaname") || has(relation, "catalogname")) {
    refuse("names of tables and views have no schema: write '" + name + "' alone", here.place);
  }
  if (text_of(relation, "relpersistence") != "p") {
    refuse(
        "TEMP and UNLOGGED are not supported; leave the word out: tables live as long as the "
        "job",
        here.place);
  }
  return name;
}

ast::Statement Converter::create_table(const Object& node, Context context) {
  ast::CreateTable table;
  const Object relation = object_of(node, "relation").value_or(Object());
  const Context here = at(relation, context);
  table.where = script_.where(here.place);
  table.name = relation_name(relation, context);
  if (flag_of(node, "if_not_exists")) {
    refuse("IF NOT EXISTS is not supported; leave it out: a script declares all its tables",
           find_word({"if"}, context));
  }
  if (has(node, "inhRelations")) {
    refuse("INHERITS and PARTITION OF are not supported; list the columns",
           find_word({"inherits", "partition"}, context));
  }
  if (has(node, "partspec")) {
    refuse("PARTITION BY is not supported; leave it out", find_word({"partition"}, context));
  }
  if (has(node, "ofTypename")) {
    refuse("CREATE TABLE … OF is not supported; list the columns", find_word({"of"}, context));
  }
  if (text_of(node, "oncommit") != "ONCOMMIT_NOOP") {
    refuse("ON COMMIT is not supported; leave it out", find_word({"on"}, here));
  }
  if (has(node, "tablespacename") || has(node, "accessMethod") || has(node, "options")) {
    refuse(
        "TABLESPACE and USING are not supported; where a table lives is said in WITH "
        "(connector = '…')",
        find_word({"tablespace", "using"}, here));
  }
  for (const Element& element : list_of(node, "tableElts")) {
    const Node item = unwrap(element);
    if (item.kind == "ColumnDef") {
      table.columns.push_back(column_definition(item.fields, here));
    } else if (item.kind == "Constraint") {
      table_constraint(item.fields, here);
    } else {
      refuse("LIKE is not supported in a column list; list the columns", find_word({"like"}, here));
    }
  }
  table.has_columns = statement_.has_columns;
  table.options = statement_.options;
  if (statement_.watermark) table.watermark = watermark();
  return table;
}

ast::ColumnDefinition Converter::column_definition(const Object& node, Context context) {
  const Context here = at(node, context);
  ast::ColumnDefinition column;
  column.where = script_.where(here.place);
  column.name = text_of(node, "colname");
  if (!has(node, "typeName")) refuse("a column needs a type", here.place);
  column.type_name = type_name(object_of(node, "typeName").value_or(Object()), here);
  if (has(node, "collClause")) {
    refuse("COLLATE is not supported: text is compared by its bytes", find_word({"collate"}, here));
  }
  if (has(node, "compression") || has(node, "fdwoptions") || has(node, "storage")) {
    refuse("options of a column are not supported; leave them out", here.place);
  }
  for (const Element& element : list_of(node, "constraints")) {
    const Object constraint = unwrap(element).fields;
    const std::string_view kind = text_of(constraint, "contype");
    if (kind == "CONSTR_NOTNULL") {
      column.not_null = true;
    } else if (kind != "CONSTR_NULL") {
      table_constraint(constraint, here);
    }
  }
  return column;
}

void Converter::table_constraint(const Object& node, Context context) const {
  const std::size_t place = at(node, context).place;
  const std::string_view kind = text_of(node, "contype");
  if (kind == "CONSTR_PRIMARY") {
    refuse("PRIMARY KEY is not supported; write the option primary_key = 'column' in WITH (…)",
           place);
  }
  if (kind == "CONSTR_DEFAULT") {
    refuse("DEFAULT is not supported; write coalesce(column, value) in the query", place);
  }
  if (kind == "CONSTR_UNIQUE") {
    refuse(
        "UNIQUE is not supported; a sink replaces rows of the same key with the option "
        "primary_key = 'column'",
        place);
  }
  if (kind == "CONSTR_CHECK") {
    refuse("CHECK is not supported; write the condition into WHERE", place);
  }
  if (kind == "CONSTR_FOREIGN") {
    refuse("REFERENCES and FOREIGN KEY are not supported; leave them out", place);
  }
  if (kind == "CONSTR_IDENTITY" || kind == "CONSTR_GENERATED") {
    refuse("GENERATED columns are not supported; compute the column in a view", place);
  }
  refuse("constraints other than NOT NULL are not supported; leave this out", place);
}

ast::WatermarkDefinition Converter::watermark() {
  const ShimmedWatermark& shimmed = *statement_.watermark;
  ast::WatermarkDefinition watermark;
  watermark.column = shimmed.column;
  watermark.where = script_.where(shimmed.offset);
  const GrammarTree tree(script_, tokens_, shimmed.expression);
  text_ = &shimmed.expression;
  const Context context{shimmed.offset, 0, 0};
  for (const Element& target : list_of(tree.statement().fields, "targetList")) {
    watermark.expression = required_expression(unwrap(target).fields, "val", context);
  }
  text_ = &statement_.text;
  return watermark;
}

ast::Statement Converter::create_view(const Object& node, Context context) {
  ast::CreateView view;
  const Object relation = object_of(node, "view").value_or(Object());
  const Context here = at(relation, context);
  view.where = script_.where(here.place);
  view.name = relation_name(relation, context);
  if (flag_of(node, "replace")) {
    refuse("OR REPLACE is not supported; leave it out: a script declares each view once",
           find_word({"or"}, context));
  }
  if (has(node, "aliases")) {
    refuse("a column list is not supported here; name the columns in SELECT with AS",
           std::min(tokens_[statement_.last - 1].begin, here.place));
  }
  if (has(node, "options")) {
    refuse("a view has no options; leave WITH out", find_word({"with"}, here));
  }
  if (text_of(node, "withCheckOption") != "NO_CHECK_OPTION") {
    refuse("WITH CHECK OPTION is not supported; leave it out",
           tokens_[tokens_.at(find_word({"option"}, here))].begin);
  }
  const auto query = node_of(node, "query");
  if (!query || query->kind != "SelectStmt") refuse("a view needs a SELECT", here.place);
  view.select = select(query->fields, here);
  return view;
}

ast::Statement Converter::insert_into(const Object& node, Context context) {
  ast::InsertInto insert;
  const Object relation = object_of(node, "relation").value_or(Object());
  const Context here = at(relation, context);
  insert.where = script_.where(here.place);
  insert.table = relation_name(relation, context);
  if (has(relation, "alias")) {
    refuse("the target of INSERT INTO has no alias; leave it out", find_word({"as"}, here));
  }
  if (has(node, "withClause")) {
    refuse("WITH is not supported; write CREATE VIEW name AS SELECT …", context.place);
  }
  if (has(node, "onConflictClause")) {
    refuse(
        "ON CONFLICT is not supported; a sink with the option primary_key replaces rows of the "
        "same key",
        at(object_of(node, "onConflictClause").value_or(Object()), here).place);
  }
  if (has(node, "returningList")) {
    refuse("RETURNING is not supported; leave it out", find_word({"returning"}, here));
  }
  if (text_of(node, "override") != "OVERRIDING_NOT_SET") {
    refuse("OVERRIDING is not supported; leave it out", find_word({"overriding"}, here));
  }
  for (const Element& element : list_of(node, "cols")) {
    const Object target = unwrap(element).fields;
    if (has(target, "indirection")) {
      refuse("a column to insert into is one name", at(target, here).place);
    }
    insert.columns.emplace_back(text_of(target, "name"));
  }
  const auto query = node_of(node, "selectStmt");
  if (!query || query->kind != "SelectStmt") {
    refuse("DEFAULT VALUES is not supported; write INSERT INTO … SELECT",
           find_word({"default"}, here));
  }
  insert.select = select(query->fields, here);
  return insert;
}

}  // namespace penstock::detail

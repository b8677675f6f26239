// SPDX-License-Identifier: Apache-2.0
#include <penstock/penstock.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    const penstock::Registry registry = penstock::default_registry();
    penstock::ParseOptions variables;
    variables.variables["path"] = argv[1];
    const penstock::Plan plan = penstock::plan_from_sql(
        "CREATE TABLE t (name TEXT, value BIGINT) WITH (connector = 'csv', path = :'path');"
        "SELECT name, sum(value) AS total FROM t GROUP BY name",
        registry, variables);
    penstock::JobOptions options;
    options.sinks.output_format = "csv";
    penstock::Job job(plan, registry, options);
    job.run();
  } catch (const penstock::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}

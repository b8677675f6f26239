// SPDX-License-Identifier: Apache-2.0
#include "sources/file_options.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace penstock {
namespace {

[[noreturn]] void fail_to_open(const std::string& table, const std::string& path, int error,
                               const Where& where) {
  const std::string place = "table '" + table + "': ";
  if (error == ENOENT || error == ENOTDIR) {
    throw Error(ErrorCode::not_found,
                place + "file '" + path + "' does not exist; check the option 'path'", where);
  }
  if (error == EACCES || error == EPERM) {
    throw Error(ErrorCode::permission_denied,
                place + "file '" + path + "' may not be read by this user; change its permissions",
                where);
  }
  throw Error(ErrorCode::io, place + "cannot open '" + path + "': " + std::strerror(error), where);
}

void check_readable(const std::string& table, const std::string& path, const Where& where,
                    StandardInput standard_input) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) fail_to_open(table, path, errno, where);
  if (S_ISDIR(status.st_mode)) {
    throw Error(ErrorCode::invalid_argument,
                "table '" + table + "': '" + path +
                    "' is a directory; name its files by a pattern, "
                    "such as '" +
                    path + (path.ends_with('/') ? "*'" : "/*'"),
                where);
  }
  if (!S_ISREG(status.st_mode)) {
    if (standard_input == StandardInput::allowed) return;  // a pipe: opening it might wait
    throw Error(ErrorCode::invalid_argument,
                "table '" + table + "': '" + path +
                    "' is not a regular file, which this connector "
                    "needs",
                where);
  }
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail_to_open(table, path, errno, where);
  ::close(fd);
}

std::vector<std::string> expand(const std::string& table, const std::string& pattern,
                                const Where& where) {
  struct stat status {};
  const bool is_pattern = pattern.find_first_of("*?[") != std::string::npos;
  if (!is_pattern || ::stat(pattern.c_str(), &status) == 0) return {pattern};

  glob_t matches{};
  const int result = ::glob(pattern.c_str(), GLOB_MARK | GLOB_NOSORT, nullptr, &matches);
  std::vector<std::string> paths;
  if (result == 0) {
    for (std::size_t i = 0; i < matches.gl_pathc; ++i) {
      std::string path = matches.gl_pathv[i];
      if (!path.ends_with('/')) paths.push_back(std::move(path));
    }
  }
  ::globfree(&matches);
  if (paths.empty()) {
    throw Error(ErrorCode::not_found,
                "table '" + table + "': no file matches the pattern '" + pattern + "'", where);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::string shown_file_name(const std::string& path) {
  return path == standard_input_path ? "standard input" : path;
}

FilePartitions read_file_options(OptionReader& options, const std::string& table,
                                 StandardInput standard_input) {
  const std::string path = options.required_text("path");
  const bool by_file = options.choice("partition_by", {"none", "file"}, 0) == 1;
  const Where where = options.where("path");
  if (path == standard_input_path) {
    if (standard_input == StandardInput::refused) {
      throw Error(ErrorCode::invalid_argument,
                  "table '" + table +
                      "': this connector cannot read standard input ('-'); give "
                      "the path of a file",
                  where);
    }
    return {{path}};
  }
  std::vector<std::string> paths = expand(table, path, where);
  for (const std::string& file : paths) check_readable(table, file, where, standard_input);
  if (!by_file) return {std::move(paths)};
  FilePartitions partitions;
  for (std::string& file : paths) partitions.push_back({std::move(file)});
  return partitions;
}

}  // namespace penstock

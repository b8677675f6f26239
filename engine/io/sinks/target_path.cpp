// SPDX-License-Identifier: Apache-2.0
#include "target_path.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace penstock::detail {

void throw_file_error(const std::string& action, const std::string& path, int number,
                      const Where& where) {
  ErrorCode code = ErrorCode::io;
  std::string remedy;
  switch (number) {
    case ENOENT:
      code = ErrorCode::not_found;
      remedy = "check the path";
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = ErrorCode::permission_denied;
      remedy = "choose a place that this user may write to";
      break;
    case ENOSPC:
    case EDQUOT: remedy = "free some space and run again"; break;
    case EFBIG: remedy = "raise the limit on file sizes (ulimit -f) and run again"; break;
    case EPIPE: remedy = "its reader went away"; break;
    default: remedy = "check the disk"; break;
  }
  throw Error(code,
              "cannot " + action + " '" + path + "': " + std::generic_category().message(number) +
                  "; " + remedy,
              where);
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void check_target(const std::string& path, const Where& where) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode))
      throw Error(ErrorCode::invalid_argument,
                  "'" + path + "' is a directory; give the path of a file in it", where);
    if (!S_ISREG(status.st_mode)) return;
  }
  const std::string directory = directory_of(path);
  if (stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
    throw Error(ErrorCode::not_found,
                "directory '" + directory + "' for '" + path + "' does not exist; create it first",
                where);
  if (faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
    throw_file_error("create files in", directory, errno, where);
}

}  // namespace penstock::detail

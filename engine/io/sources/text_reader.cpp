// SPDX-License-Identifier: Apache-2.0
#include "sources/text_reader.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace penstock {
namespace {

// So that a file of nothing but malformed rows still lets the job look at other things.
constexpr std::uint64_t bytes_per_read_max = std::uint64_t{32} << 20;

}  // namespace

MalformedRow malformed_at(const TextWindow& window, std::string_view reason, std::string detail,
                          std::size_t row_bytes) {
  std::string_view row(window.begin(), row_bytes);
  if (row.ends_with('\n')) row.remove_suffix(1);
  if (row.ends_with('\r')) row.remove_suffix(1);
  return {.reason = reason,
          .detail = std::move(detail),
          .file = window.file_name(),
          .line = window.line(),
          .offset = window.offset(),
          .row = row};
}

TextReader::TextReader(std::vector<std::string> paths, const TextTuning& tuning,
                       std::unique_ptr<RowFormat> format, std::shared_ptr<DeadLetters> letters)
    : window_(std::move(paths), tuning), format_(std::move(format)), letters_(std::move(letters)) {}

bool TextReader::window_has_new_row() const noexcept {
  const std::size_t fresh = window_.size() - std::min(seen_bytes_, window_.size());
  return fresh > 0 && std::memchr(window_.end() - fresh, '\n', fresh) != nullptr;
}

// The row at the window's begin has no end within the limit, or in the file. With a line end in it
// a quote was never closed: then the next line may well be sound.
void TextReader::reject_long_row() {
  seen_bytes_ = 0;
  const auto* line_end =
      static_cast<const char*>(std::memchr(window_.begin(), '\n', window_.size()));
  if (line_end != nullptr) {
    const auto bytes = static_cast<std::size_t>(line_end - window_.begin()) + 1;
    const char* detail = "a quoted field is not closed within the file and the row's limit";
    letters_->put(malformed_at(window_, "unclosed_quote", detail, bytes));
    window_.consume(bytes, 1);
    return;
  }
  const std::string limit = std::to_string(window_.row_limit_bytes());
  letters_->put(malformed_at(window_, "row_too_long", "the row is longer than " + limit + " bytes",
                             window_.size()));
  window_.consume(window_.size(), 0);
  skipping_ = true;
}

void TextReader::skip_rest_of_long_row() {
  const auto* line_end =
      static_cast<const char*>(std::memchr(window_.begin(), '\n', window_.size()));
  if (line_end == nullptr) {
    window_.consume(window_.size(), 0);
    return;
  }
  window_.consume(static_cast<std::size_t>(line_end - window_.begin()) + 1, 1);
  skipping_ = false;
}

void TextReader::take_end(TextWindow::Fill status) {
  at_end_ = true;
  if (status != TextWindow::Fill::corrupt) return;
  // Whole rows before the damage were good; they have been taken. The piece behind them is not.
  letters_->put(malformed_at(window_, "corrupt_file", window_.problem(), window_.size()));
  window_.consume(window_.size(), 0);
}

Reader::Status TextReader::read(BatchBuilder& batch) {
  std::uint64_t bytes_left = bytes_per_read_max;
  while (true) {
    if (batch.room() == 0 || bytes_left == 0) return Status::more;
    if (!file_open_) {
      if (!window_.next_file()) {
        letters_->flush();
        return Status::end;
      }
      format_->start_file();
      file_open_ = true;
      at_end_ = skipping_ = false;
      seen_bytes_ = 0;
    }
    if (skipping_) skip_rest_of_long_row();
    if (!skipping_ && (window_has_new_row() || (at_end_ && window_.size() > 0))) {
      const std::uint64_t before = window_.offset();
      const RowFormat::Outcome outcome = format_->take_rows(window_, batch, *letters_);
      bytes_left -= std::min(bytes_left, window_.offset() - before);
      seen_bytes_ = 0;
      if (outcome == RowFormat::Outcome::batch_full) return Status::more;
      seen_bytes_ = window_.size();
      if (seen_bytes_ > 0 && (at_end_ || seen_bytes_ > window_.row_limit_bytes())) {
        reject_long_row();
        continue;
      }
    } else if (!skipping_ && window_.size() > window_.row_limit_bytes()) {
      reject_long_row();
      continue;
    } else {
      seen_bytes_ = window_.size();
    }
    if (at_end_) {
      file_open_ = false;
      continue;
    }
    const TextWindow::Fill status = window_.fill();
    if (status == TextWindow::Fill::idle) {
      letters_->flush();
      return Status::idle;
    }
    if (status == TextWindow::Fill::end || status == TextWindow::Fill::corrupt) take_end(status);
  }
}

TextTable TextTable::from_options(const std::string& name, OptionReader& options,
                                  const TextTuning& tuning) {
  TextTable table;
  table.name = name;
  table.files = read_file_options(options, name, StandardInput::allowed);
  table.errors = ErrorPolicy::from_options(options);
  table.tuning = tuning;
  return table;
}

bool TextTable::can_sample() const {
  struct stat status {};
  const std::string& path = first_file();
  const int result =
      path == standard_input_path ? ::fstat(STDIN_FILENO, &status) : ::stat(path.c_str(), &status);
  return result == 0 && S_ISREG(status.st_mode);
}

std::string TextTable::sample(const std::string& path, std::size_t bytes) const {
  const bool is_standard_input = path == standard_input_path;
  const off_t position = is_standard_input ? ::lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;
  std::string text;
  {
    TextWindow window({path}, tuning);
    window.next_file();
    bool done = false;
    while (!done) {
      const TextWindow::Fill status = window.fill();
      done =
          status != TextWindow::Fill::data || window.size() > row_bytes_max ||
          (window.size() >= bytes && std::memchr(window.begin(), '\n', window.size()) != nullptr);
    }
    text.assign(window.begin(), window.end());
  }
  if (is_standard_input) ::lseek(STDIN_FILENO, position, SEEK_SET);
  if (text.size() > bytes) {
    const std::size_t cut = text.rfind('\n', bytes);
    text.resize(cut != std::string::npos ? cut + 1 : text.find('\n') + 1);
  }
  return text;
}

}  // namespace penstock

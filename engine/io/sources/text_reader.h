// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/io/dead_letters.h>
#include <penstock/io/source.h>

#include "sources/file_options.h"
#include "sources/text_window.h"

namespace penstock {

// A format of rows of text, as one reader of it goes through files.
class RowFormat {
 public:
  enum class Outcome : std::uint8_t {
    need_more,   // no whole row is left in the window
    batch_full,  // the batch takes no more
  };
  virtual ~RowFormat() = default;
  // Before the rows of a file: forget what belonged to the one before.
  virtual void start_file() = 0;
  // Takes whole rows off the window and adds them to the batch. A row ends in '\n'.
  virtual Outcome take_rows(TextWindow& window, BatchBuilder& batch, DeadLetters& letters) = 0;
};

// A malformed row at the window's begin.
MalformedRow malformed_at(const TextWindow& window, std::string_view reason, std::string detail,
                          std::size_t row_bytes);

// Drives a format over the files of a partition: waiting, ends, damage, rows above the limit.
class TextReader final : public Reader {
 public:
  TextReader(std::vector<std::string> paths, const TextTuning& tuning,
             std::unique_ptr<RowFormat> format, std::shared_ptr<DeadLetters> letters);

  Status read(BatchBuilder& batch) override;
  [[nodiscard]] ReadProgress progress() const override { return window_.progress(); }

 private:
  bool window_has_new_row() const noexcept;
  void reject_long_row();
  void skip_rest_of_long_row();
  void take_end(TextWindow::Fill status);

  TextWindow window_;
  std::unique_ptr<RowFormat> format_;
  std::shared_ptr<DeadLetters> letters_;
  bool file_open_ = false;
  bool skipping_ = false;       // inside a row above the limit
  bool at_end_ = false;         // the window holds the file's last bytes
  std::size_t seen_bytes_ = 0;  // of the window, known to hold no end of row that helps
};

// What csv and json tables share: their files, and the letters of all their readers.
struct TextTable {
  std::string name;
  FilePartitions files;
  ErrorPolicy errors;
  TextTuning tuning;

  // Reads path, partition_by, on_error and dead_letter.
  static TextTable from_options(const std::string& name, OptionReader& options,
                                const TextTuning& tuning);
  // False for a pipe or a terminal, which has no second look: its rows cannot be sampled.
  [[nodiscard]] bool can_sample() const;
  // Up to `bytes` of the start of a file, without its byte order mark, whole rows where it has any
  // within row_bytes_max. Standard input, where it is a file, is left where it was.
  [[nodiscard]] std::string sample(const std::string& path, std::size_t bytes) const;
  // The first of all files.
  [[nodiscard]] const std::string& first_file() const { return files.front().front(); }
};

}  // namespace penstock

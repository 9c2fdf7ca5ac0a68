// Files that are complete or not there: written under a temporary name and renamed.
#pragma once

#include <string>
#include <string_view>

namespace arsia {

/// Throws InputError with the path and the reason if a file of this name could not be written: no such folder, folder
/// not writable, the name of a folder or device. To be asked before long work whose result goes there.
void require_writable(const std::string& path);

/// Writes `content` to `PATH.tmp-PID` and renames it to `path`: a crash leaves the old file or none, a failure (disk
/// full, say) leaves the old file and no temporary, and throws InputError with the path and the reason.
void write_file_atomically(const std::string& path, std::string_view content);

} // namespace arsia

// Names of files that are to be written: what they lead to, and whether something can be written there.
#pragma once

#include <string>

namespace arsia {

/// The file that is written when `path` is: links are followed, also to a file that is not there yet. Throws InputError
/// with the path and the reason if it could not be written: no such folder, folder not writable, the name of a folder
/// or device, links in a circle, links of the system to what a process has open (/dev/stdout): that may have no name,
/// and has a reader who waits for it.
std::string output_file(const std::string& path);
/// Throws what output_file() throws. To be asked before long work whose result goes there.
void require_writable(const std::string& path);

/// Throws InputError if `path` is no folder whose files can be written, and cannot become one. Makes nothing.
void require_folder_writable(const std::string& path);
/// Makes the folder, and those above it. Throws InputError.
void make_folder(const std::string& path);

/// The name without links, dots and relative parts, of a file or folder that may not be there yet. As far as it can be
/// found out: throws nothing but std::bad_alloc.
std::string place_of(const std::string& path);

/// Whether two names lead to the same file or folder, there or not: by links, hard links too, or other ways through
/// folders.
bool same_file(const std::string& one, const std::string& other);

} // namespace arsia

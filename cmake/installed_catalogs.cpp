// Compiled into every program that is built with the installed package, which knows where it is installed; the library
// (base/catalog.cpp), built before that was known, asks for it. Weak, because libraries of such a program have it too.
namespace arsia {

__attribute__((weak)) const char* installed_data_folder() { return ARSIA_DATA_DIR; }

} // namespace arsia

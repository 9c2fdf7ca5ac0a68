# Writes a C++ source that holds files as texts: cmake -DOUT=out.cpp -DFOLDER=folder -DFILES="a;b" -P embed.cmake
set(code "#include \"cli/report_files.h\"\n\nnamespace arsia {\n\nstd::string report_file(std::string_view name) {\n")
foreach(file IN LISTS FILES)
  file(READ ${FOLDER}/${file} text)
  string(APPEND code "    if (name == \"${file}\")\n        return R\"embedded(${text})embedded\";\n")
endforeach()
string(APPEND code "    return {};\n}\n\n} // namespace arsia\n")
file(WRITE ${OUT} "${code}")

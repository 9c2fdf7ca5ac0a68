#include "cli/run.h"

int main(int argc, char** argv) { return arsia::run_command_line(argc, argv); }

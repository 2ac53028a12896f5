// Everything is in the header; this file lets a C compiler judge it on its own.
#include "CFutex.h"

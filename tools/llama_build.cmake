# How llama.cpp is compiled for KeyframeFace. CMake reads this file inside llama-cpp-python's own project() call
# (CMAKE_PROJECT_llama_cpp_INCLUDE). Any change here changes the cache key, so that a new wheel is built.

# No instruction of the building machine's own. Every CPU variant is a library beside the others, the best one that the
# running machine has is loaded: one wheel for a machine of 2006 and for one of today.
set(GGML_NATIVE OFF)
set(GGML_BACKEND_DL ON)
set(GGML_CPU_ALL_VARIANTS ON)
# llama.cpp's own thread pool is as fast, and asks for no libgomp on the user's machine
set(GGML_OPENMP OFF)

# Only libllama is called: no image models, no tools. llama-cpp-python forces the common library on in the cache, which a
# plain variable goes before; it is 51 of 387 steps and would tie the wheel to the builder's OpenSSL.
set(LLAVA_BUILD OFF)
set(LLAMA_BUILD_COMMON OFF)
set(LLAMA_BUILD_TOOLS OFF)
set(LLAMA_BUILD_EXAMPLES OFF)
set(LLAMA_BUILD_TESTS OFF)
set(LLAMA_BUILD_SERVER OFF)

# All libraries side by side in the package, and found there from each other
set(CMAKE_INSTALL_BINDIR llama_cpp/lib)
set(CMAKE_INSTALL_LIBDIR llama_cpp/lib)
set(CMAKE_INSTALL_INCLUDEDIR llama_cpp/include)
if(APPLE)
    set(CMAKE_INSTALL_RPATH "@loader_path")
else()
    set(CMAKE_INSTALL_RPATH "$ORIGIN")
endif()
# A wheel has no symbolic links: libllama.so, .so.0 and .so.0.5.0 would be three copies
set(CMAKE_PLATFORM_NO_VERSIONED_SONAME ON)

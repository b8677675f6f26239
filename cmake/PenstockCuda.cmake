# Finds a CUDA compiler: the machine's, else the one of `./dev setup cuda`.
if(NOT CMAKE_CUDA_COMPILER)
  find_program(CMAKE_CUDA_COMPILER nvcc
    HINTS /usr/local/cuda/bin ${PROJECT_SOURCE_DIR}/build/cuda-toolkit/bin)
  if(NOT CMAKE_CUDA_COMPILER)
    message(FATAL_ERROR "no CUDA compiler: install the CUDA toolkit, or run ./dev setup cuda")
  endif()
endif()
if(NOT CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 75-real 80-real 90-real 90-virtual)
endif()
enable_language(CUDA)

// usage: picture FILE.png [REFERENCE.txt]
//
// Prints a PNG as text: its width and height, then red, green and blue of each pixel, a line each. With such a text as
// a reference it prints how many pixels differ from it by more than two shades: compilers may fuse a multiplication and
// an addition in one place and not in another.
#include <png.h>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <vector>

int main(int argc, char** argv) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (argc < 2 || png_image_begin_read_from_file(&image, argv[1]) == 0) {
    std::fprintf(stderr, "picture: %s\n", argc < 2 ? "which?" : image.message);
    return 1;
  }
  image.format = PNG_FORMAT_RGB;
  std::vector<unsigned char> bytes(PNG_IMAGE_SIZE(image));
  if (png_image_finish_read(&image, nullptr, bytes.data(), 0, nullptr) == 0) {
    std::fprintf(stderr, "picture: %s\n", image.message);
    return 1;
  }
  if (argc == 2) {
    std::printf("%u %u\n", static_cast<unsigned>(image.width), static_cast<unsigned>(image.height));
    for (std::size_t i = 0; i < bytes.size(); i += 3) std::printf("%d %d %d\n", bytes[i], bytes[i + 1], bytes[i + 2]);
    return 0;
  }
  std::ifstream reference(argv[2]);
  unsigned width = 0;
  unsigned height = 0;
  reference >> width >> height;
  if (width != image.width || height != image.height) {
    std::fprintf(stderr, "picture: has %u x %u pixels, not %u x %u\n", static_cast<unsigned>(image.width),
                 static_cast<unsigned>(image.height), width, height);
    return 1;
  }
  unsigned different = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    bool same = true;
    for (std::size_t channel = 0; channel != 3; ++channel) {
      int expected = -1;
      same = (reference >> expected) && std::abs(expected - bytes[i + channel]) <= 2 && same;
    }
    if (!same) ++different;
  }
  std::printf("%u\n", different);
  return 0;
}

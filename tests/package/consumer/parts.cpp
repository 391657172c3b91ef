// tests/package/consumer/parts.cpp: uses each installed part of telar.
#include <iostream>

#include <telar/random.hpp>

int main() {
  telar::random::stream first(1, 2);
  telar::random::stream again(1, 2);
  std::cout << (first() == again() ? "the parts work\n" : "no stream\n");
}

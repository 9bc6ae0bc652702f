// What a near-duplicate filter costs at least: shingle, hash, sign, look up in bands, verify by the true Jaccard similarity,
// insert what is new. One thread, one JSON object on stdout.
//
// usage: floor stream|sign FILE TEXTS BANDS ROWS
//
// Words are runs of ASCII letters and digits, in lower case, and of bytes of other characters: less than the rules of
// schemas/minhash/1.md ask for. All else is the same work: a hash per word, three of them joined to a shingle, sorted distinct
// sets, minima, bands, a comparison of sets for every candidate. Signatures are not kept, as in the plugin.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

namespace {

using u32 = std::uint32_t;
using u64 = std::uint64_t;

constexpr int permutations = 128;
constexpr double threshold = 0.8;

u32 fmix32(u32 x) {
  x = (x ^ (x >> 16)) * 0x85ebca6bu;
  x = (x ^ (x >> 13)) * 0xc2b2ae35u;
  return x ^ (x >> 16);
}

/** Lower case of the bytes that belong to words, 0 for the others. */
struct Letters {
  unsigned char lower[256] = {};
  Letters() {
    for (int c = '0'; c <= '9'; c++) lower[c] = c;
    for (int c = 'a'; c <= 'z'; c++) lower[c] = lower[c - 32] = c;
    for (int c = 128; c < 256; c++) lower[c] = c;
  }
};

const Letters letters;

void shingle(const std::string& text, std::vector<u32>& words, std::vector<u32>& shingles) {
  words.clear();
  shingles.clear();
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* end = at + text.size();
  while (at < end) {
    u32 hash = 0x811c9dc5u;
    const auto* start = at;
    for (; at < end && letters.lower[*at] != 0; at++) hash = (hash ^ letters.lower[*at]) * 0x01000193u;
    if (at == start) at++;
    else words.push_back(fmix32(hash));
  }
  constexpr u32 joiner = 0x9e3779b1u;
  for (std::size_t i = 0; i + 3 <= words.size(); i++)
    shingles.push_back(fmix32((words[i] * joiner + words[i + 1]) * joiner + words[i + 2]));
  if (words.size() <= 8) {
    u32 whole = words.size();
    for (u32 word : words) whole = fmix32(whole * joiner + word);
    shingles.push_back(whole);
  }
  std::sort(shingles.begin(), shingles.end());
  shingles.erase(std::unique(shingles.begin(), shingles.end()), shingles.end());
}

struct Signer {
  u32 factor[permutations];
  u32 summand[permutations];

  Signer() {
    for (u32 i = 0; i < permutations; i++) {
      factor[i] = fmix32(2 * i + 1) | 1;
      summand[i] = fmix32(2 * i + 2);
    }
  }

  void sign(const std::vector<u32>& shingles, u32* signature) const {
    // Some permutations at a time, so that their minima stay in registers over all shingles.
    constexpr int block = 32;
    for (int first = 0; first < permutations; first += block) {
      u32 minima[block];
      std::fill_n(minima, block, ~0u);
      for (u32 x : shingles)
        for (int i = 0; i < block; i++) {
          const u32 hash = x * factor[first + i] + summand[first + i];
          minima[i] = hash < minima[i] ? hash : minima[i];
        }
      std::memcpy(signature + first, minima, sizeof minima);
    }
  }
};

/** From a band's key to the texts that have it: open addressing, linear probing, text 0 for an empty slot. */
class Band {
 public:
  Band() : slots_(1024) {}

  template <typename Each>
  void each(u32 key, Each each) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = key & mask; slots_[at].text != 0; at = (at + 1) & mask)
      if (slots_[at].key == key) each(slots_[at].text);
  }

  void insert(u32 key, u32 text) {
    if (++count_ * 10 > slots_.size() * 7) grow();
    put(key, text);
  }

 private:
  struct Slot {
    u32 key, text;
  };

  void put(u32 key, u32 text) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = key & mask;
    while (slots_[at].text != 0) at = (at + 1) & mask;
    slots_[at] = {key, text};
  }

  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.text != 0) put(slot.key, slot.text);
  }

  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

double jaccard(const u32* a, std::size_t countA, const u32* b, std::size_t countB) {
  std::size_t i = 0, j = 0, shared = 0;
  while (i < countA && j < countB) {
    const u32 x = a[i], y = b[j];
    shared += x == y;
    i += x <= y;
    j += y <= x;
  }
  const std::size_t either = countA + countB - shared;
  return either == 0 ? 1 : static_cast<double>(shared) / either;
}

class Index {
 public:
  Index(int bands, int rows) : rows_(rows), bands_(bands), keys_(bands), starts_(2, 0) {}

  /** Whether the text is new, and kept. */
  bool admit(const u32* signature, const std::vector<u32>& shingles) {
    candidates_.clear();
    for (std::size_t band = 0; band < bands_.size(); band++) {
      u32 key = 0;
      for (int row = 0; row < rows_; row++)
        key = fmix32(key * 0x9e3779b1u + signature[band * rows_ + row]);
      keys_[band] = key;
      bands_[band].each(key, [&](u32 text) { candidates_.push_back(text); });
    }
    std::sort(candidates_.begin(), candidates_.end());
    candidates_.erase(std::unique(candidates_.begin(), candidates_.end()), candidates_.end());
    for (u32 text : candidates_) {
      const u64 start = starts_[text], end = starts_[text + 1];
      if (jaccard(shingles.data(), shingles.size(), &sets_[start], end - start) >= threshold) return false;
    }
    const u32 text = starts_.size() - 1;
    for (std::size_t band = 0; band < bands_.size(); band++) bands_[band].insert(keys_[band], text);
    sets_.insert(sets_.end(), shingles.begin(), shingles.end());
    starts_.push_back(sets_.size());
    return true;
  }

 private:
  int rows_;
  std::vector<Band> bands_;
  std::vector<u32> keys_;
  std::vector<u32> candidates_;
  /** Of text i, counted from 1: sets_[starts_[i]] to sets_[starts_[i + 1]]. */
  std::vector<u64> starts_;
  std::vector<u32> sets_;
};

double cpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double anonymousBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("RssAnon:", 0) == 0) return 1024.0 * std::atof(line.c_str() + 8);
  return 0;
}

void stream(const std::vector<std::string>& texts, int bands, int rows) {
  const Signer signer;
  std::vector<u32> words, shingles;
  u32 signature[permutations];
  const double bytesBefore = anonymousBytes();
  const double startedAt = cpuSeconds();
  Index index(bands, rows);
  std::size_t kept = 0;
  for (const std::string& text : texts) {
    shingle(text, words, shingles);
    signer.sign(shingles, signature);
    kept += index.admit(signature, shingles);
  }
  const double seconds = cpuSeconds() - startedAt;
  std::printf("{\"texts\":%zu,\"seconds\":%.6f,\"kept\":%zu,\"bytesPerKept\":%.1f}\n", texts.size(), seconds, kept,
              (anonymousBytes() - bytesBefore) / kept);
}

void sign(const std::vector<std::string>& texts) {
  const Signer signer;
  std::vector<u32> words;
  std::vector<std::vector<u32>> sets(texts.size());
  for (std::size_t i = 0; i < texts.size(); i++) shingle(texts[i], words, sets[i]);
  u32 signature[permutations];
  u32 sum = 0;
  const double startedAt = cpuSeconds();
  for (const auto& shingles : sets) {
    signer.sign(shingles, signature);
    sum += signature[0];
  }
  const double seconds = cpuSeconds() - startedAt;
  std::printf("{\"texts\":%zu,\"seconds\":%.6f,\"sum\":%u}\n", texts.size(), seconds, sum);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: floor stream|sign FILE TEXTS BANDS ROWS\n");
    return 2;
  }
  const std::size_t count = std::strtoull(argv[3], nullptr, 10);
  std::vector<std::string> texts;
  texts.reserve(count);
  std::ifstream file(argv[2]);
  for (std::string line; texts.size() < count && std::getline(file, line);) texts.push_back(line);
  if (std::strcmp(argv[1], "sign") == 0) sign(texts);
  else stream(texts, std::atoi(argv[4]), std::atoi(argv[5]));
}

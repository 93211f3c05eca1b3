/* A test framework of one page: checks that count themselves and say where they failed. */
#ifndef HQNN_TEST_CHECK_H
#define HQNN_TEST_CHECK_H

#include <hqnn.h>
#include <stdio.h>
#include <string.h>

static int checks_passed = 0, checks_failed = 0;

static int check(int condition, const char *file, int line, const char *what) {
  if (condition) {
    __atomic_fetch_add(&checks_passed, 1, __ATOMIC_RELAXED);
  } else {
    __atomic_fetch_add(&checks_failed, 1, __ATOMIC_RELAXED);
    printf("%s:%d: failed: %s\n", file, line, what);
    if (*hqnn_last_error()) printf("  last error: %s\n", hqnn_last_error());
  }
  return condition;
}
#define CHECK(condition) check((condition), __FILE__, __LINE__, #condition)

/* The call succeeds. */
#define WORKS(call) CHECK((call) == HQNN_OK)

/* The call fails with this status and leaves a sentence. */
#define REFUSES(status, call) CHECK((call) == (status) && *hqnn_last_error() != '\0')

/* The call fails with this status and exactly this sentence. */
static inline int says(hqnn_status expected, const char *sentence, hqnn_status got, const char *file, int line,
                const char *what) {
  if (got == expected && strcmp(hqnn_last_error(), sentence) == 0) {
    __atomic_fetch_add(&checks_passed, 1, __ATOMIC_RELAXED);
    return 1;
  }
  __atomic_fetch_add(&checks_failed, 1, __ATOMIC_RELAXED);
  printf("%s:%d: failed: %s\n  expected %d: %s\n  got      %d: %s\n", file, line, what,
         (int)expected, sentence, (int)got, hqnn_last_error());
  return 0;
}
#define SAYS(status, sentence, call) says((status), (sentence), (call), __FILE__, __LINE__, #call)

/* A place for a handle that no function ever gives: an out-parameter must keep it on failure. */
static char untouched_place;
#define UNTOUCHED ((void *)&untouched_place)

/* The last line of a test program; its exit status. */
static int report(void) {
  (void)untouched_place;
  printf("%d passed, %d failed\n", checks_passed, checks_failed);
  return checks_failed != 0;
}

#endif

/* After a fork the child has one thread, and trains with it to the same numbers as the parent. */
#include "small.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static hqnn_dataset *set;

static double trained(void) {
  hqnn_layer *model = small_model();
  double sum;
  WORKS(train_small(model, set, 3));
  sum = parameter_sum(model);
  hqnn_layer_release(model);
  return sum;
}

/* What the child says in a pipe. */
typedef struct {
  double sum;
  int64_t threads;
  hqnn_status more;
  int failed;
} answer;

int main(void) {
  answer from_child;
  int ends[2], status = -1;
  double sum;
  pid_t child;
  memset(&from_child, 0, sizeof from_child);
  WORKS(hqnn_threads_set(2));
  set = two_digits(64);
  sum = trained(); /* the pool of threads is there now */
  CHECK(pipe(ends) == 0);
  fflush(stdout);
  child = fork();
  if (child == 0) {
    alarm(60); /* a child that hangs ends */
    checks_failed = 0;
    from_child.threads = hqnn_threads_get();
    from_child.sum = trained();
    from_child.more = hqnn_threads_set(2);
    if (hqnn_threads_set(1) != HQNN_OK) checks_failed++;
    from_child.failed = checks_failed;
    if (write(ends[1], &from_child, sizeof from_child) < 0) _exit(1);
    exit(0); /* with all that runs at the end of a process */
  }
  CHECK(child > 0);
  close(ends[1]);
  CHECK(read(ends[0], &from_child, sizeof from_child) == (ssize_t)sizeof from_child);
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  CHECK(from_child.threads == 1);
  CHECK(from_child.more == HQNN_ERROR_STATE);
  CHECK(from_child.failed == 0);
  CHECK(from_child.sum == sum);
  /* The parent is what it was. */
  CHECK(hqnn_threads_get() == 2);
  CHECK(trained() == sum);
  hqnn_dataset_release(set);
  return report();
}

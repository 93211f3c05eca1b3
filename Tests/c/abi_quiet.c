/* What a call leaves as it was: the floating-point environment, the locale, signal handlers, the working directory and
 * the environment; and nothing is printed. */
#include "small.h"

#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined __x86_64__
#include <xmmintrin.h>
static unsigned modes(void) { return _mm_getcsr() & ~0x3fu; } /* without the sticky flags of exceptions */
#else
static unsigned modes(void) { return 0; }
#endif

extern char **environ;

typedef struct {
  int rounding, handlers;
  unsigned modes;
  char locale[256], folder[1024], variables[16384];
} surroundings;

static void other_handler(int number) { (void)number; }

/* A number that changes when any signal's handler does. */
static int handlers(void) {
  int number, sum = 0;
  for (number = 1; number < 32; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) != 0) continue;
    sum += number * (action.sa_handler == SIG_DFL ? 1 : action.sa_handler == SIG_IGN ? 100 : action.sa_handler == other_handler ? 10000 : 1000000);
  }
  return sum;
}

static surroundings look(void) {
  surroundings result;
  char **variable;
  memset(&result, 0, sizeof result);
  result.rounding = fegetround();
  result.modes = modes();
  result.handlers = handlers();
  strncpy(result.locale, setlocale(LC_ALL, NULL), sizeof result.locale - 1);
  if (getcwd(result.folder, sizeof result.folder) == NULL) result.folder[0] = 0;
  for (variable = environ; *variable; variable++) strncat(result.variables, *variable, 64);
  return result;
}

static void work(const char *path) {
  hqnn_dataset *set = two_digits(32);
  hqnn_layer *model = small_model(), *read = NULL;
  hqnn_attack *attack = NULL;
  hqnn_tensor *samples = NULL, *out = NULL;
  char *text = NULL;
  int64_t labels[32];
  WORKS(train_small(model, set, 2));
  WORKS(hqnn_dataset_samples(set, &samples));
  WORKS(hqnn_dataset_labels(set, labels, 32));
  WORKS(hqnn_attack_create("pgd", NULL, &attack));
  WORKS(hqnn_attack_run(attack, model, samples, labels, 32, NULL, &out, NULL));
  WORKS(hqnn_layer_save(model, path));
  WORKS(hqnn_layer_load(path, &read));
  CHECK(hqnn_layer_load("/nowhere", &read) == HQNN_ERROR_FILE);
  WORKS(hqnn_layer_describe(model, &text));
  hqnn_text_release(text);
  hqnn_tensor_release(out);
  hqnn_tensor_release(samples);
  hqnn_attack_release(attack);
  hqnn_layer_release(read);
  hqnn_layer_release(model);
  hqnn_dataset_release(set);
}

int main(void) {
  char printed[] = "/tmp/hqnn-quiet-XXXXXX", path[sizeof printed + 16];
  surroundings before, after;
  struct stat size;
  int file, out, err;
  CHECK((file = mkstemp(printed)) >= 0);
  sprintf(path, "%s.safetensors", printed);
  /* Unusual surroundings, so that going back to the usual ones is seen too. */
  setlocale(LC_ALL, "C.UTF-8");
  signal(SIGUSR1, other_handler);
  signal(SIGPIPE, SIG_IGN);
  fesetround(FE_TONEAREST);
  before = look();
  fflush(stdout);
  out = dup(STDOUT_FILENO);
  err = dup(STDERR_FILENO);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  work(path);
  fflush(stdout);
  CHECK(fstat(file, &size) == 0);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  after = look();
  CHECK(size.st_size == 0);
  CHECK(before.rounding == after.rounding);
  CHECK(before.modes == after.modes);
  CHECK(before.handlers == after.handlers);
  CHECK(strcmp(before.locale, after.locale) == 0);
  CHECK(strcmp(before.folder, after.folder) == 0);
  CHECK(strcmp(before.variables, after.variables) == 0);
  unlink(path);
  unlink(printed);
  return report();
}

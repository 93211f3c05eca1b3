/* A model that is trained while it serves: one thread trains, another answers with a copy of the model, which it is
 * handed after every epoch.  A handle is for one thread at a time, a copy is a model of its own.
 *
 *   cc -std=c99 serve.c $(pkg-config --cflags --libs hqnn) -lpthread -o serve
 */
#define _POSIX_C_SOURCE 200809L
#include <hqnn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void must(hqnn_status status) {
  if (status == HQNN_OK) return;
  fprintf(stderr, "hqnn: %s\n", hqnn_last_error());
  exit(1);
}

/* The newest copy, until somebody takes it. */
static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  hqnn_layer *model;
  int epochs, is_over;
} shelf = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, 0, 0};

static void put(hqnn_layer *model, int is_over) {
  pthread_mutex_lock(&shelf.lock);
  if (model != NULL) {
    hqnn_layer_release(shelf.model);
    shelf.model = model;
    shelf.epochs++;
  }
  shelf.is_over |= is_over;
  pthread_cond_signal(&shelf.changed);
  pthread_mutex_unlock(&shelf.lock);
}

/* Waits for a newer model; NULL when there will be none. */
static hqnn_layer *take(int *epochs) {
  hqnn_layer *model;
  pthread_mutex_lock(&shelf.lock);
  while (shelf.model == NULL && !shelf.is_over) pthread_cond_wait(&shelf.changed, &shelf.lock);
  model = shelf.model;
  *epochs = shelf.epochs;
  shelf.model = NULL;
  pthread_mutex_unlock(&shelf.lock);
  return model;
}

/* ---- the thread that trains ---- */

struct training {
  hqnn_layer *model;
  hqnn_dataset *train;
  int64_t epochs;
};

/* Callbacks run on the thread that trains, with the model in evaluation mode. */
static int after_epoch(void *context, const hqnn_fit_progress *progress) {
  const struct training *training = context;
  hqnn_layer *copy;
  if (!progress->epoch_done) return 0;
  if (hqnn_layer_copy(training->model, &copy) != HQNN_OK) return 1;
  put(copy, 0);
  return 0;
}

static void *train(void *context) {
  struct training *training = context;
  hqnn_adam_options adam = HQNN_ADAM_OPTIONS;
  hqnn_fit_options fit = HQNN_FIT_OPTIONS;
  hqnn_optimizer *optimizer;
  adam.lr = 0.01;
  must(hqnn_threads_set(1)); /* of this thread: the other cores are for the answers */
  must(hqnn_optimizer_adam(&adam, &optimizer));
  fit.epochs = training->epochs;
  fit.callback = after_epoch;
  fit.context = training;
  must(hqnn_layer_fit(training->model, training->train, NULL, optimizer, &fit));
  hqnn_optimizer_release(optimizer);
  put(NULL, 1);
  return NULL;
}

/* ---- the thread that answers ---- */

static hqnn_layer *network(void) {
  hqnn_circuit *circuit;
  hqnn_layer *layers[5], *model;
  int64_t q;
  int i;
  must(hqnn_circuit_create(4, &circuit));
  for (q = 0; q < 4; q++) {
    hqnn_angle angle = HQNN_ANGLE_INPUT(q, 1);
    must(hqnn_circuit_gate(circuit, "RY", &q, 1, &angle, 1));
  }
  must(hqnn_circuit_template(circuit, "ring", NULL));
  for (q = 0; q < 4; q++) must(hqnn_circuit_measure(circuit, "Z", &q, 1));
  must(hqnn_layer_flatten(&layers[0]));
  must(hqnn_layer_dense(4, 1, &layers[1]));
  must(hqnn_layer_function(HQNN_TANH, &layers[2]));
  must(hqnn_layer_quantum(circuit, NULL, &layers[3]));
  must(hqnn_layer_dense(10, 1, &layers[4]));
  must(hqnn_layer_sequential(layers, 5, &model));
  for (i = 0; i < 5; i++) hqnn_layer_release(layers[i]);
  hqnn_circuit_release(circuit);
  return model;
}

int main(int argc, char **argv) {
  struct training training;
  hqnn_dataset *train_set, *test_set;
  hqnn_tensor *samples, *question, *answer;
  hqnn_layer *model;
  pthread_t thread;
  int64_t count, asked = 0, *labels, predicted;
  int epochs, right;

  must(hqnn_dataset_digits(&train_set, &test_set));
  must(hqnn_dataset_count(test_set, &count));
  must(hqnn_dataset_samples(test_set, &samples));
  labels = malloc((size_t)count * sizeof *labels);
  if (labels == NULL) return 1;
  must(hqnn_dataset_labels(test_set, labels, count));
  training.model = network();
  training.train = train_set;
  training.epochs = argc > 1 ? atoi(argv[1]) : 8;
  if (pthread_create(&thread, NULL, train, &training) != 0) return 1;

  while ((model = take(&epochs)) != NULL) {
    /* One sample after the other, as questions come in. */
    for (right = 0, asked = 0; asked < count; asked++) {
      must(hqnn_tensor_rows(samples, asked, 1, &question));
      must(hqnn_layer_infer(model, question, &answer));
      must(hqnn_tensor_argmax(answer, &predicted, 1));
      right += predicted == labels[asked];
      hqnn_tensor_release(answer);
      hqnn_tensor_release(question);
    }
    printf("after %d epochs: %d of %d answers right\n", epochs, right, (int)count);
    hqnn_layer_release(model);
  }

  pthread_join(thread, NULL);
  free(labels);
  hqnn_layer_release(training.model);
  hqnn_tensor_release(samples);
  hqnn_dataset_release(test_set);
  hqnn_dataset_release(train_set);
  return 0;
}

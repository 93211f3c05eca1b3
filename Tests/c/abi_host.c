/* What a host may set: cancelling long calls, messages, the version of the interface. */
#include "small.h"

#include <pthread.h>

/* ---- cancelling ---- */

/* Stops when the counter is used up. */
static int asked;
static int count_down(void *context) {
  asked++;
  return --*(int *)context < 0;
}

static void cancels(hqnn_status status) {
  CHECK(status == HQNN_ERROR_CANCELLED);
  CHECK(strstr(hqnn_last_error(), "cancelled") != NULL);
}

static void training_is_cancelled(void) {
  hqnn_dataset *set = two_digits(64);
  hqnn_layer *model = small_model();
  double before = parameter_sum(model), accuracy = 0;
  int left = 200;
  hqnn_cancel_set(count_down, &left);
  cancels(train_small(model, set, 1000000));
  CHECK(asked == 201);
  CHECK(parameter_sum(model) != before); /* some steps were made */
  left = 0;
  before = parameter_sum(model);
  cancels(train_small(model, set, 1));
  CHECK(parameter_sum(model) == before);
  left = 0;
  cancels(hqnn_layer_evaluate(model, set, &accuracy, NULL));
  CHECK(accuracy == 0);
  /* A callback that goes on changes nothing. */
  left = 1 << 30;
  asked = 0;
  WORKS(train_small(model, set, 1));
  CHECK(asked > 8);
  asked = 0;
  hqnn_cancel_set(NULL, NULL);
  WORKS(train_small(model, set, 1));
  CHECK(asked == 0);
  hqnn_layer_release(model);
  hqnn_dataset_release(set);
}

static void attacks_are_cancelled(void) {
  static const char *const kinds[] = {"pgd", "square", "cw", "hopskipjump", "deepfool"};
  hqnn_dataset *set = two_digits(32);
  hqnn_layer *model = small_model();
  hqnn_tensor *samples = NULL, *out = NULL;
  int64_t labels[32];
  double before;
  size_t i;
  WORKS(train_small(model, set, 5));
  before = parameter_sum(model);
  WORKS(hqnn_dataset_samples(set, &samples));
  WORKS(hqnn_dataset_labels(set, labels, 32));
  for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    hqnn_attack *attack = NULL;
    int left = 20;
    WORKS(hqnn_attack_create(kinds[i], "{\"eps\": 0.2}", &attack));
    hqnn_cancel_set(count_down, &left);
    cancels(hqnn_attack_run(attack, model, samples, labels, 32, NULL, &out, NULL));
    CHECK(out == NULL);
    hqnn_cancel_set(NULL, NULL);
    hqnn_attack_release(attack);
  }
  CHECK(parameter_sum(model) == before);
  hqnn_tensor_release(samples);
  hqnn_layer_release(model);
  hqnn_dataset_release(set);
}

static void circuits_are_cancelled(void) {
  enum { WIRES = 5 };
  static const hqnn_method methods[] = {HQNN_METHOD_AUTOMATIC, HQNN_METHOD_PRODUCT, HQNN_METHOD_UNITARY,
                                        HQNN_METHOD_GATES,     HQNN_METHOD_STATE,   HQNN_METHOD_DENSITY,
                                        HQNN_METHOD_TRAJECTORIES};
  const int64_t shape[2] = {2000, WIRES};
  hqnn_run_options options = HQNN_RUN_OPTIONS;
  hqnn_descriptor_options descriptors = HQNN_DESCRIPTOR_OPTIONS;
  hqnn_circuit *circuit = NULL;
  hqnn_state *state = NULL;
  hqnn_tensor *inputs = NULL, *weights = NULL, *out = NULL;
  hqnn_estimate estimate;
  int64_t q, count;
  size_t i;
  int left;
  WORKS(hqnn_circuit_create(WIRES, &circuit));
  for (q = 0; q < WIRES; q++) {
    hqnn_angle angle = HQNN_ANGLE_INPUT(0, 1);
    angle.index = q;
    WORKS(hqnn_circuit_gate(circuit, "RY", &q, 1, &angle, 1));
  }
  WORKS(hqnn_circuit_template(circuit, "ring", NULL));
  for (q = 0; q < WIRES; q++) WORKS(hqnn_circuit_measure(circuit, "Z", &q, 1));
  WORKS(hqnn_circuit_weights(circuit, &count));
  WORKS(hqnn_tensor_uniform(HQNN_FLOAT32, 2, shape, 0, 1, 1, &inputs));
  WORKS(hqnn_tensor_uniform(HQNN_FLOAT32, 1, &count, 0, 1, 2, &weights));
  for (i = 0; i < sizeof methods / sizeof methods[0]; i++) {
    options.method = methods[i];
    options.trajectories = 64;
    left = 1;
    hqnn_cancel_set(count_down, &left);
    cancels(hqnn_circuit_expect(circuit, inputs, weights, &options, &out));
    CHECK(out == NULL);
    left = 1 << 30;
    WORKS(hqnn_circuit_expect(circuit, inputs, weights, &options, &out));
    hqnn_tensor_release(out);
    out = NULL;
    if (methods[i] == HQNN_METHOD_TRAJECTORIES) continue;
    left = 1;
    cancels(hqnn_circuit_gradient(circuit, inputs, weights, NULL, &options, NULL, &out));
    CHECK(out == NULL);
  }
  left = 0;
  cancels(hqnn_circuit_state(circuit, inputs, weights, &out));
  left = 0;
  cancels(hqnn_circuit_entanglement(circuit, &descriptors, &estimate));
  left = 0;
  WORKS(hqnn_state_create(WIRES, HQNN_FLOAT32, &state));
  hqnn_tensor_release(inputs);
  WORKS(hqnn_tensor_rows(weights, 0, WIRES, &inputs));
  WORKS(hqnn_tensor_reshape(inputs, 2, (const int64_t[]){1, WIRES}, &out));
  cancels(hqnn_state_apply(state, circuit, out, weights));
  left = 1 << 30;
  WORKS(hqnn_state_apply(state, circuit, out, weights));
  hqnn_cancel_set(NULL, NULL);
  hqnn_tensor_release(out);
  hqnn_state_release(state);
  hqnn_tensor_release(inputs);
  hqnn_tensor_release(weights);
  hqnn_circuit_release(circuit);
}

/* A thread's callback is its own. */
static void *train_elsewhere(void *context) {
  hqnn_dataset *set = two_digits(32);
  hqnn_layer *model = small_model();
  *(hqnn_status *)context = train_small(model, set, 1);
  hqnn_layer_release(model);
  hqnn_dataset_release(set);
  return NULL;
}

static void threads_have_their_own(void) {
  pthread_t thread;
  hqnn_status status = HQNN_ERROR_INTERNAL;
  int left = 0;
  hqnn_cancel_set(count_down, &left);
  CHECK(pthread_create(&thread, NULL, train_elsewhere, &status) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
  CHECK(status == HQNN_OK);
  hqnn_cancel_set(NULL, NULL);
}

/* ---- messages ---- */

static char heard[4096];
static int warnings, notes;
static void listen(void *context, hqnn_log_level level, const char *message) {
  CHECK(context == heard);
  if (level == HQNN_LOG_WARNING) warnings++;
  if (level == HQNN_LOG_NOTE) notes++;
  if (strlen(heard) + strlen(message) + 2 < sizeof heard) strcat(strcat(heard, message), "\n");
}

static void messages_are_heard(void) {
  hqnn_dataset *set = two_digits(32);
  hqnn_layer *model = small_model();
  hqnn_attack *attack = NULL;
  hqnn_report *report_handle = NULL;
  const char *const name = "fgsm";
  const double eps = 0.1;
  int before;
  hqnn_adam_options adam = HQNN_ADAM_OPTIONS;
  hqnn_fit_options options = HQNN_FIT_OPTIONS;
  hqnn_optimizer *optimizer = NULL;
  WORKS(hqnn_attack_create(name, NULL, &attack));
  WORKS(hqnn_layer_set_training(model, 1));
  REFUSES(HQNN_ERROR_VALUE, hqnn_log_set(listen, heard, (hqnn_log_level)3));
  REFUSES(HQNN_ERROR_VALUE, hqnn_log_set(listen, heard, (hqnn_log_level)0));

  /* So small a rate that nothing is learned: fit says so once. */
  WORKS(hqnn_log_set(listen, heard, HQNN_LOG_WARNING));
  adam.lr = 1e-12;
  options.epochs = 4;
  WORKS(hqnn_optimizer_adam(&adam, &optimizer));
  WORKS(hqnn_layer_fit(model, set, NULL, optimizer, &options));
  CHECK(strstr(heard, "stagnation") != NULL);
  CHECK(warnings > 0 && notes == 0);

  /* Notes are for those who ask for them. */
  warnings = 0;
  WORKS(hqnn_layer_set_training(model, 1));
  WORKS(hqnn_robustness_evaluate(model, NULL, set, (const hqnn_attack *const *)&attack, &name, 1, &eps, 1, NULL, NULL,
                                 &report_handle));
  hqnn_report_release(report_handle);
  CHECK(warnings == 0 && notes == 0);
  WORKS(hqnn_log_set(listen, heard, HQNN_LOG_NOTE));
  WORKS(hqnn_robustness_evaluate(model, NULL, set, (const hqnn_attack *const *)&attack, &name, 1, &eps, 1, NULL, NULL,
                                 &report_handle));
  hqnn_report_release(report_handle);
  CHECK(warnings == 0 && notes > 0);
  CHECK(strstr(heard, "evaluation mode") != NULL);
  before = notes;

  WORKS(hqnn_log_set(NULL, NULL, HQNN_LOG_WARNING));
  WORKS(hqnn_robustness_evaluate(model, NULL, set, (const hqnn_attack *const *)&attack, &name, 1, &eps, 1, NULL, NULL,
                                 &report_handle));
  hqnn_report_release(report_handle);
  CHECK(notes == before);
  hqnn_optimizer_release(optimizer);
  hqnn_attack_release(attack);
  hqnn_layer_release(model);
  hqnn_dataset_release(set);
}

int main(void) {
  CHECK(hqnn_abi_version() == HQNN_ABI_VERSION);
  training_is_cancelled();
  attacks_are_cancelled();
  circuits_are_cancelled();
  threads_have_their_own();
  messages_are_heard();
  return report();
}

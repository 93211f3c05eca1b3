/* What every walk over the ABI needs: out-parameters that no call may touch, the way to check that none did, and
 * a circuit to refuse things on. */
#ifndef HQNN_TEST_WALK_H
#define HQNN_TEST_WALK_H

#include "check.h"

/* Each row fails because of its handle or pointer; its out-parameters keep what they held. */
#define NULLED(call) REFUSES(HQNN_ERROR_NULL, call)

static hqnn_tensor *tensor = UNTOUCHED;
static hqnn_circuit *circuit = UNTOUCHED;
static hqnn_layer *layer = UNTOUCHED;
static hqnn_optimizer *optimizer = UNTOUCHED;
static hqnn_dataset *dataset = UNTOUCHED, *dataset2 = UNTOUCHED;
static hqnn_table *table = UNTOUCHED;
static hqnn_channel *channel = UNTOUCHED;
static char *text = UNTOUCHED;
static int64_t number = -77, number2 = -77;
static double real = -77, real2 = -77;
static hqnn_dtype dtype = (hqnn_dtype)77;
static hqnn_method method = (hqnn_method)77;
static int flag = -77;

static void nothing_was_written(void) {
  CHECK(tensor == UNTOUCHED && circuit == UNTOUCHED && layer == UNTOUCHED);
  CHECK(optimizer == UNTOUCHED && dataset == UNTOUCHED && dataset2 == UNTOUCHED);
  CHECK(table == UNTOUCHED && channel == UNTOUCHED && text == UNTOUCHED);
  CHECK(number == -77 && number2 == -77 && real == -77 && real2 == -77 && flag == -77);
  CHECK(dtype == (hqnn_dtype)77 && method == (hqnn_method)77);
}

/* RY(input 0) on wire 0 of 2, RX(weight 0) on wire 1, measured Z on both; release it. */
static inline hqnn_circuit *two_wires(void) {
  const hqnn_angle input = HQNN_ANGLE_INPUT(0, 1), weight = HQNN_ANGLE_WEIGHT(0);
  const int64_t wires[2] = {0, 1};
  hqnn_circuit *made = NULL;
  WORKS(hqnn_circuit_create(2, &made));
  WORKS(hqnn_circuit_gate(made, "RY", wires, 1, &input, 1));
  WORKS(hqnn_circuit_gate(made, "RX", wires + 1, 1, &weight, 1));
  WORKS(hqnn_circuit_measure(made, "Z", wires, 1));
  WORKS(hqnn_circuit_measure(made, "Z", wires + 1, 1));
  return made;
}

/* What was refused left nothing behind; the circuit is released. */
static inline void still_two_gates(hqnn_circuit *made) {
  WORKS(hqnn_circuit_gates(made, &number));
  CHECK(number == 2);
  WORKS(hqnn_circuit_outputs(made, &number));
  CHECK(number == 2);
  number = -77;
  hqnn_circuit_release(made);
}

#endif

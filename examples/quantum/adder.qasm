// Adds two numbers of two bits with a ripple carry (Cuccaro et al. 2004): b becomes a + b, cout the carry.
OPENQASM 2.0;
include "qelib1.inc";

gate majority a, b, c {
  cx c, b;
  cx c, a;
  ccx a, b, c;
}
gate unmaj a, b, c {
  ccx a, b, c;
  cx c, a;
  cx a, b;
}

qreg cin[1];
qreg a[2];
qreg b[2];
qreg cout[1];
creg sum[3];

x a[0];                      // a = 01
x b;                         // b = 11

majority cin[0], b[0], a[0];
majority a[0], b[1], a[1];
cx a[1], cout[0];
unmaj a[0], b[1], a[1];
unmaj cin[0], b[0], a[0];

measure b[0] -> sum[0];
measure b[1] -> sum[1];
measure cout[0] -> sum[2];   // sum = 100

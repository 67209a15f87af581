// What windows.h, Qt and X11 define.
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define emit
#define slots
#define signals public
#define foreach(a, b) for (a : b)
#define small char
#define None 0L
#define Bool int
#define Status int
#define check(x) \
  if (!(x)) return

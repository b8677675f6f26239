SELECT a + b * 2 - 1 / 3 % 4, a & 1 | 2 # 3, ~a, a << 2 >> 1, c || 'x', a <> b, a != b, a <= b, a >= b, c ~ 'x', c -> 'k' ->> 'l', src_ip <<= '10.0.0.0/8', - a, + a, NOT a FROM t

SELECT f(a, b => 1, c := 'x') FROM TUMBLE(t, ts, INTERVAL '1 s', emit => 'final', allowed_lateness => INTERVAL '1 s')

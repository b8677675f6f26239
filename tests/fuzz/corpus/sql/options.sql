CREATE TABLE t WITH (connector = csv, 'a.b-c' = E'x\ty', d.e = -5, f = 1.5e3, g = true, h = $$x$$)

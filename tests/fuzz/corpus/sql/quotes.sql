SELECT 'it''s', E'a\'b\n', $$x$$, $q$a$$b$q$, U&'d\0061t', "A ""b", U&"d\0061"

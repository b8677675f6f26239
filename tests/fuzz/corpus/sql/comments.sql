/* a /* nested */ */ SELECT 1 -- end
; -- ; '
SELECT /*;*/ 2;

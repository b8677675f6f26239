SELECT :n, :'path', :"n" FROM t LIMIT :n

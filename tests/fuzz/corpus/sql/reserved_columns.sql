CREATE TABLE t (offset bigint, user text, window int, "limit" int, end timestamp)

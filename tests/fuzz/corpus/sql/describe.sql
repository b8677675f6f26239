DESCRIBE packets; DESC "T";

SELECT größe AS "名前", '🙂' FROM straße WHERE größe > 5 AND )

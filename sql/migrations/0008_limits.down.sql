DROP TABLE helenus.request_count;
DROP TABLE helenus.cluster_limit;

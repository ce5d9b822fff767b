-- Where a line is served in each environment, as its owners say: calls are tried at the sandbox's, and samples name both.
alter table audience add column server text;

-- Few operations are ever removed. Counting the grants that stand must not read all 125,000 to find them.
create index operation_removed on operation (id) where removed_in is not null;

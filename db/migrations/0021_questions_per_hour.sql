-- How many questions and answers somebody has written within an hour is counted before each.
create index question_of_person on question (asked_by, asked_at);
create index answer_of_person on answer (answered_by, answered_at);

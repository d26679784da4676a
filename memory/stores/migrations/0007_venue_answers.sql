-- Of moments: what a crash of the server takes is asked for again.
CREATE UNLOGGED TABLE "khala"."venue_answers" (
	"venue_id" text NOT NULL,
	"question" text NOT NULL,
	"claimed_by" text DEFAULT '' NOT NULL,
	"claimed_until_ms" bigint DEFAULT 0 NOT NULL,
	"answered_ms" bigint DEFAULT 0 NOT NULL,
	"body" text DEFAULT '' NOT NULL,
	CONSTRAINT "venue_answers_venue_id_question_pk" PRIMARY KEY("venue_id","question")
);

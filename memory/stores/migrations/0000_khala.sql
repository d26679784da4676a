CREATE SCHEMA "khala";
--> statement-breakpoint
CREATE TABLE "khala"."analyses" (
	"venue_id" text NOT NULL,
	"symbol" text NOT NULL,
	"timeframe" text NOT NULL,
	"as_of_ms" bigint NOT NULL,
	"id" text NOT NULL,
	"revision" integer NOT NULL,
	"epoch" integer NOT NULL,
	"computed_at_ms" bigint NOT NULL,
	"checked_through_ms" bigint NOT NULL,
	"record" text NOT NULL,
	CONSTRAINT "analyses_content" UNIQUE("venue_id","symbol","timeframe","as_of_ms","id")
);
--> statement-breakpoint
CREATE TABLE "khala"."analysis_keys" (
	"venue_id" text NOT NULL,
	"symbol" text NOT NULL,
	"timeframe" text NOT NULL,
	"epoch" integer DEFAULT 0 NOT NULL,
	"reason" text,
	"detail" text,
	CONSTRAINT "analysis_keys_venue_id_symbol_timeframe_pk" PRIMARY KEY("venue_id","symbol","timeframe")
);
--> statement-breakpoint
CREATE TABLE "khala"."journal" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "khala"."journal_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"desk_id" text NOT NULL,
	"run_id" text NOT NULL,
	"event_id" text NOT NULL,
	"event" text NOT NULL,
	CONSTRAINT "journal_event" UNIQUE("desk_id","run_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "khala"."ledger" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "khala"."ledger_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"desk_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"entry" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "khala"."runs" (
	"desk_id" text NOT NULL,
	"run_id" text NOT NULL,
	"job" text NOT NULL,
	"slot_ms" bigint NOT NULL,
	"status" text NOT NULL,
	"owner" text NOT NULL,
	"began_at_ms" bigint NOT NULL,
	"result" text,
	CONSTRAINT "runs_desk_id_run_id_job_slot_ms_pk" PRIMARY KEY("desk_id","run_id","job","slot_ms")
);
--> statement-breakpoint
CREATE TABLE "khala"."security_reports" (
	"source_id" text NOT NULL,
	"symbol" text NOT NULL,
	"observed_at_ms" bigint NOT NULL,
	"report" text NOT NULL,
	CONSTRAINT "security_reports_source_id_symbol_observed_at_ms_pk" PRIMARY KEY("source_id","symbol","observed_at_ms")
);
--> statement-breakpoint
CREATE INDEX "analyses_newest" ON "khala"."analyses" USING btree ("venue_id","symbol","timeframe","as_of_ms","revision","id");--> statement-breakpoint
CREATE INDEX "journal_run" ON "khala"."journal" USING btree ("desk_id","run_id","seq");--> statement-breakpoint
CREATE INDEX "journal_desk" ON "khala"."journal" USING btree ("desk_id","seq");--> statement-breakpoint
CREATE INDEX "ledger_desk" ON "khala"."ledger" USING btree ("desk_id","at_ms");
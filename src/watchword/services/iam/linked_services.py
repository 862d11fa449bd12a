"""Which of AWS's services have service-linked roles, what each role is called, and what AWS lets it do.

Data, and how a name is made of it. A service that is not here has no service-linked roles, as far as is known here.
Source: each service's guide, "Using service-linked roles"; names and policies recorded from AWS, GetRole and
ListAttachedRolePolicies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_PREFIX = "AWSServiceRoleFor"
_POLICIES = "arn:aws:iam::aws:policy/aws-service-role/"


@dataclass(frozen=True, slots=True)
class LinkedService:
    """One service's role: its name after the common beginning, and the AWS managed policy it has.

    `several` says that an account may have more than one, told apart by a suffix.
    """

    role: str
    policy: str
    several: bool = False

    @property
    def policy_arn(self) -> str:
        return _POLICIES + self.policy

    def role_name(self, suffix: str | None) -> str:
        """Name the role, or the one with a suffix."""
        name = _PREFIX + self.role
        return name if suffix is None else f"{name}_{suffix}"


LINKED_SERVICES: Mapping[str, LinkedService] = {
    f"{service}.amazonaws.com": linked
    for service, linked in {
        "access-analyzer": LinkedService("AccessAnalyzer", "AccessAnalyzerServiceRolePolicy"),
        "accountdiscovery.ssm": LinkedService(
            "AmazonSSM_AccountDiscovery", "AWSSystemsManagerAccountDiscoveryServicePolicy"
        ),
        "acm": LinkedService("CertificateManager", "CertificateManagerServiceRolePolicy"),
        "appmesh": LinkedService("AppMesh", "AWSAppMeshServiceRolePolicy"),
        "auditmanager": LinkedService("AuditManager", "AWSAuditManagerServiceRolePolicy"),
        "autoscaling": LinkedService("AutoScaling", "AutoScalingServiceRolePolicy", several=True),
        "autoscaling-plans": LinkedService(
            "AutoScalingPlans_EC2AutoScaling", "AWSAutoScalingPlansEC2AutoScalingPolicy"
        ),
        "backup": LinkedService("Backup", "AWSBackupServiceLinkedRolePolicyForBackup"),
        "batch": LinkedService("Batch", "BatchServiceRolePolicy"),
        "cks.kms": LinkedService(
            "KeyManagementServiceCustomKeyStores", "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy"
        ),
        "cloudtrail": LinkedService("CloudTrail", "CloudTrailServiceRolePolicy"),
        "codestar-notifications": LinkedService("CodeStarNotifications", "AWSCodeStarNotificationsServiceRolePolicy"),
        "compute-optimizer": LinkedService("ComputeOptimizer", "ComputeOptimizerServiceRolePolicy"),
        "config": LinkedService("Config", "AWSConfigServiceRolePolicy"),
        "connect": LinkedService("AmazonConnect", "AmazonConnectServiceLinkedRolePolicy", several=True),
        "dax": LinkedService("DAX", "DAXServiceRolePolicy"),
        "dms": LinkedService("DMSServerless", "AWSDMSServerlessServiceRolePolicy"),
        "dynamodb.application-autoscaling": LinkedService(
            "ApplicationAutoScaling_DynamoDBTable", "AWSApplicationAutoscalingDynamoDBTablePolicy"
        ),
        "ec2.application-autoscaling": LinkedService(
            "ApplicationAutoScaling_EC2SpotFleetRequest", "AWSApplicationAutoscalingEC2SpotFleetRequestPolicy"
        ),
        "ecs": LinkedService("ECS", "AmazonECSServiceRolePolicy"),
        "ecs.application-autoscaling": LinkedService(
            "ApplicationAutoScaling_ECSService", "AWSApplicationAutoscalingECSServicePolicy"
        ),
        "eks": LinkedService("AmazonEKS", "AmazonEKSServiceRolePolicy"),
        "eks-connector": LinkedService("AmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"),
        "eks-fargate": LinkedService("AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"),
        "eks-nodegroup": LinkedService("AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"),
        "elasticache": LinkedService("ElastiCache", "ElastiCacheServiceRolePolicy"),
        "elasticbeanstalk": LinkedService("ElasticBeanstalk", "AWSElasticBeanstalkServiceRolePolicy"),
        "elasticfilesystem": LinkedService("AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"),
        "elasticloadbalancing": LinkedService("ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"),
        "elasticmapreduce": LinkedService("EMRCleanup", "AmazonEMRCleanupPolicy"),
        "email.cognito-idp": LinkedService("AmazonCognitoIdpEmailService", "AmazonCognitoIdpEmailServiceRolePolicy"),
        "emr-containers": LinkedService("AmazonEMRContainers", "AmazonEMRContainersServiceRolePolicy"),
        "es": LinkedService("AmazonElasticsearchService", "AmazonElasticsearchServiceRolePolicy"),
        "events": LinkedService("CloudWatchEvents", "CloudWatchEventsServiceRolePolicy"),
        "fis": LinkedService("FIS", "AmazonFISServiceRolePolicy"),
        "globalaccelerator": LinkedService("GlobalAccelerator", "AWSGlobalAcceleratorSLRPolicy"),
        "grafana": LinkedService("AmazonGrafana", "AmazonGrafanaServiceLinkedRolePolicy"),
        "guardduty": LinkedService("AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"),
        "imagebuilder": LinkedService("ImageBuilder", "AWSServiceRoleForImageBuilder"),
        "inspector": LinkedService("AmazonInspector", "AmazonInspectorServiceRolePolicy"),
        "kafka": LinkedService("Kafka", "KafkaServiceRolePolicy"),
        "kafkaconnect": LinkedService("KafkaConnect", "KafkaConnectServiceRolePolicy"),
        "lakeformation": LinkedService("LakeFormationDataAccess", "LakeFormationDataAccessServiceRolePolicy"),
        "lexv2": LinkedService("LexV2Bots", "AmazonLexV2BotPolicy", several=True),
        "lightsail": LinkedService("Lightsail", "LightsailExportAccess"),
        "logger.cloudfront": LinkedService("CloudFrontLogger", "AWSCloudFrontLogger"),
        "macie": LinkedService("AmazonMacie", "AmazonMacieServiceRolePolicy"),
        "memorydb": LinkedService("MemoryDB", "MemoryDBServiceRolePolicy"),
        "mq": LinkedService("AmazonMQ", "AmazonMQServiceRolePolicy"),
        "mrk.kms": LinkedService(
            "KeyManagementServiceMultiRegionKeys", "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy"
        ),
        "network-firewall": LinkedService("NetworkFirewall", "AWSNetworkFirewallServiceRolePolicy"),
        "opensearchservice": LinkedService("AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"),
        "ops.apigateway": LinkedService("APIGateway", "APIGatewayServiceRolePolicy"),
        "ops.emr-serverless": LinkedService("AmazonEMRServerless", "AmazonEMRServerlessServiceRolePolicy"),
        "organizations": LinkedService("Organizations", "AWSOrganizationsServiceTrustPolicy"),
        "pullthroughcache.ecr": LinkedService("ECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"),
        "ram": LinkedService("ResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"),
        "rds": LinkedService("RDS", "AmazonRDSServiceRolePolicy"),
        "redshift": LinkedService("Redshift", "AmazonRedshiftServiceLinkedRolePolicy"),
        "replication.dynamodb": LinkedService("DynamoDBReplication", "DynamoDBReplicationServiceRolePolicy"),
        "replication.ecr": LinkedService("ECRReplication", "ECRReplicationServiceRolePolicy"),
        "replicator.lambda": LinkedService("LambdaReplicator", "AWSLambdaReplicator"),
        "resource-explorer-2": LinkedService("ResourceExplorer", "AWSResourceExplorerServiceRolePolicy"),
        "rolesanywhere": LinkedService("RolesAnywhere", "AWSRolesAnywhereServicePolicy"),
        "route53resolver": LinkedService("Route53Resolver", "Route53ResolverServiceRolePolicy"),
        "securityhub": LinkedService("SecurityHub", "AWSSecurityHubServiceRolePolicy"),
        "servicecatalog-appregistry": LinkedService(
            "AWSServiceCatalogAppRegistry", "AWSServiceCatalogAppRegistryServiceRolePolicy"
        ),
        "ses": LinkedService("AmazonSES", "AmazonSESServiceRolePolicy"),
        "shield": LinkedService("AWSShield", "AWSShieldServiceRolePolicy"),
        "spot": LinkedService("EC2Spot", "AWSEC2SpotServiceRolePolicy"),
        "spotfleet": LinkedService("EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"),
        "ssm": LinkedService("AmazonSSM", "AmazonSSMServiceRolePolicy"),
        "ssm-incidents": LinkedService("IncidentManager", "AWSIncidentManagerServiceRolePolicy"),
        "sso": LinkedService("SSO", "AWSSSOServiceRolePolicy"),
        "support": LinkedService("Support", "AWSSupportServiceRolePolicy"),
        "trustedadvisor": LinkedService("TrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy"),
        "wafv2": LinkedService("WAFV2Logging", "WAFV2LoggingServiceRolePolicy"),
    }.items()
}
"""By service principal, as CreateServiceLinkedRole is asked."""
